import { describe, expect, it } from 'vitest';
import type { Facts } from './facts.ts';
import { cameraFacts, facts, finding, NOW } from './testing.ts';
import type { TileState } from './tile-state.ts';
import { verdict } from './verdict.ts';

const OFFLINE: TileState = { kind: 'offline', word: 'offline', title: 'Offline', detail: 'Since 11:50: refused' };
const OLD: TileState = { kind: 'old', word: 'old picture', grey: true };
const WAITING: TileState = { kind: 'waiting', word: 'waiting' };
/** The tone and the sentence, in one line. */
function said(more: Partial<Facts>): string {
  const { tone, head, rest } = verdict(facts(more));
  return `${tone}: ${head} ${rest}`;
}

describe('the verdict', () => {
  it('says how much is well', () => {
    const cameras = [
      cameraFacts('door', { drawnAge: 84, rate: 10 }),
      cameraFacts('hall', { drawnAge: 90, rate: 2.5 }),
      cameraFacts('yard', { drawnAge: 4000, rate: 10 }),
    ];
    expect(said({ cameras })).toBe('good: All well. 3 cameras, 23 frames/s, pictures 90 ms old.');
  });

  it('does not call pictures well that are late, or from the future', () => {
    const drawn = (drawnAge: number) => said({ cameras: [cameraFacts('door', { drawnAge })] });
    expect(drawn(2400)).toBe('warn: Pictures are late. They are 2.4 s old when they are drawn.');
    const late = [
      cameraFacts('door', { state: OLD, pictureAge: 24_000, late: true }),
      cameraFacts('yard', { state: OLD }),
    ];
    expect(said({ cameras: late })).toBe('warn: Pictures are late. They are 24 s old when they are drawn.');
    expect(drawn(-900)).toBe('good: All well. 1 camera, 10 frames/s, clock ahead.');
  });

  it('counts down to the next try', () => {
    expect(said({ transport: { phase: 'waiting', retryAt: NOW + 2100 } })).toBe(
      'bad: Connection lost. Reconnecting in 3 s.',
    );
    expect(said({ transport: { phase: 'connecting', again: true } })).toBe('bad: Connection lost. Reconnecting now.');
    expect(said({ transport: { phase: 'connecting', again: false } })).toBe(
      'wait: Connecting. Asking for the cameras.',
    );
  });

  it('does not call what it has only just asked for missing', () => {
    const cameras = [cameraFacts('door', { state: OLD }), cameraFacts('yard', { state: WAITING })];
    expect(said({ told: false, cameras: [] })).toBe('wait: Connected. Asking for the cameras.');
    expect(said({ openFor: 500, cameras })).toBe('wait: Connected. Asking for the pictures.');
    expect(said({ openFor: 5000, cameras })).toMatch(/^warn: No new pictures/);
  });

  it('waits for the first frame', () => {
    expect(said({ cameras: [] })).toBe('wait: Waiting for the first frame. No camera has been seen yet.');
    expect(said({ cameras: [cameraFacts('door', { state: WAITING })] })).toBe(
      'wait: Waiting for the first frame from door.',
    );
  });

  it('takes what the server found as its sentence, with what helps and where to see it', () => {
    expect(said({ findings: [finding()] })).toBe('warn: CPU is short: detection waits for a CPU 66 % of its time.');
    expect(verdict(facts({ findings: [finding()] }))).toMatchObject({
      head: 'CPU is short:',
      help: 'More cores help.',
      evidence: { words: 'See why', href: '#/verdict' },
    });
    const two = [finding(), finding({ cause: 'camera-silent', camera_id: 'door' })];
    expect(verdict(facts({ findings: two })).evidence?.words).toBe('See why, and 1 more');
  });

  it('names what is wrong with the whole before the cameras that stand still because of it', () => {
    const findings = [
      finding({ cause: 'broker', tone: 'bad', words: 'The broker is away. No frame moves until it is back.' }),
    ];
    const cameras = [cameraFacts('door', { state: OFFLINE }), cameraFacts('yard', { state: OLD })];
    expect(said({ findings, cameras })).toBe('bad: The broker is away. No frame moves until it is back.');
  });

  it('names what the server found of one camera after what all of them are', () => {
    const findings = [finding({ cause: 'camera-silent', camera_id: 'yard', words: 'Camera yard sends nothing.' })];
    const old = cameraFacts('yard', { state: OLD });
    expect(said({ findings, cameras: [cameraFacts('door'), old] })).toBe('warn: Camera yard sends nothing. ');
    expect(said({ findings, cameras: [old] })).toMatch(/^warn: No new pictures/);
  });

  it('names numbers that are missing only while the pictures are well', () => {
    const findings = [finding({ cause: 'metrics', words: 'Numbers are missing: Prometheus cannot be reached.' })];
    expect(said({ findings })).toMatch(/^warn: Numbers are missing/);
    expect(said({ findings, cameras: [cameraFacts('door', { drawnAge: 3000 })] })).toMatch(/^warn: Pictures are late/);
  });

  it('does not call well what nobody judged', () => {
    expect(said({ findings: undefined })).toBe('wait: Connected. Asking how the system is.');
    expect(said({ unjudged: 'the server answers 500' })).toMatch(/^warn: Pictures come, but/);
    expect(verdict(facts({ unjudged: 'the server answers 500' })).help).toBe('The verdict: the server answers 500.');
  });

  it('tells which cameras are offline, and why where that is one reason', () => {
    const one = [cameraFacts('door'), cameraFacts('hall', { state: OFFLINE })];
    expect(said({ cameras: one })).toBe('warn: 1 of 2 cameras is offline: hall.');
    expect(verdict(facts({ cameras: one }))).toMatchObject({
      help: 'Since 11:50: refused',
      evidence: { href: '#/camera/hall' },
    });
    const all = ['a', 'b'].map((id) => cameraFacts(id, { state: { ...OFFLINE, detail: id } }));
    expect(said({ cameras: all })).toBe('bad: All 2 cameras are offline. No pictures come.');
    expect(verdict(facts({ cameras: all })).help).toBe('Each tile says why.');
  });

  it('misses pictures only of cameras that promise some', () => {
    const photo = cameraFacts('photo', { state: OLD, promised: false, pictureAge: 9000 });
    expect(said({ cameras: [cameraFacts('door'), photo] })).toMatch(/^good/);
    expect(said({ cameras: [photo] })).toBe('wait: No new pictures. The newest picture is 9.0 s old.');
    expect(said({ cameras: [cameraFacts('door'), { ...photo, promised: true }] })).toBe(
      'warn: 1 of 2 cameras sends nothing new: photo.',
    );
  });

  it('has a key that changes with the state and not with its numbers', () => {
    const key = (more: Partial<Facts>) => verdict(facts(more)).key;
    const after = (ms: number) => key({ transport: { phase: 'waiting', retryAt: NOW + ms } });
    expect(after(2900)).toBe(after(900));
    const short = (share: number) => key({ findings: [finding({ words: `CPU is short: ${share} %.` })] });
    expect(short(40)).toBe(short(70));
    expect(short(40)).not.toBe(key({}));
    const at = (node_id: string) => key({ findings: [finding({ node_id })] });
    expect(at('detect-faces-1')).toBe(at('detect-faces-2')); // whichever is worst off at the moment
    const gone = (id: string) => key({ cameras: [cameraFacts(id, { state: OFFLINE }), cameraFacts('well')] });
    expect(gone('door')).not.toBe(gone('yard'));
  });
});
