import { describe, expect, it } from 'vitest';
import type { CameraFacts, Facts } from './facts.ts';
import { cameraFacts, facts, NOW } from './testing.ts';
import type { TileState } from './tile-state.ts';
import { verdict } from './verdict.ts';

const OFFLINE: TileState = { kind: 'offline', word: 'offline', title: 'Offline', detail: 'Since 11:50: refused' };
const OLD: TileState = { kind: 'old', word: 'old picture', grey: true };
const WAITING: TileState = { kind: 'waiting', word: 'waiting' };
const { status } = facts();
const ill = (part: 'broker' | 'stream' | 'gateway') => ({ ...status!, [part]: { ok: false, words: 'it is gone' } });
const lost = (more: Partial<CameraFacts['lost']>) => ({ shed: 0, expired: 0, failed: 0, rejected: 0, ...more });

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

  it('names the broker before the cameras that stand still because of it', () => {
    const all = verdict(facts({ status: ill('broker'), cameras: [cameraFacts('door', { state: OFFLINE })] }));
    expect(all).toMatchObject({ tone: 'bad', head: 'The broker is away.', help: 'It is gone.' });
  });

  it('names the gateway only while nothing moves', () => {
    const gone = cameraFacts('yard', { state: OFFLINE, pictureAge: 70_000 });
    const old = [cameraFacts('door', { state: OLD, pictureAge: 65_000 }), gone];
    expect(said({ status: ill('gateway') })).toMatch(/^good/);
    expect(said({ status: ill('gateway'), cameras: old })).toBe(
      'bad: Detection is away. The newest picture is 1 min old.',
    );
    expect(said({ status: ill('stream'), cameras: old })).toMatch(/^bad: Results do not come/);
    expect(said({ replicas: 0, cameras: old })).toMatch(/^bad: No replica of detect-faces answers/);
    expect(said({ replicas: undefined, cameras: old })).toMatch(/^warn: No new pictures/);
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

  it('tells of an overload with the share that is let go, and what helps', () => {
    const cameras = [
      cameraFacts('door', { rate: 6, lost: lost({ shed: 3, expired: 1 }) }),
      cameraFacts('yard', { rate: 10 }),
    ];
    expect(said({ cameras })).toBe('warn: More frames than can be detected. 4.0 of 20 frames/s are let go.');
    expect(verdict(facts({ cameras })).help).toMatch(/^3 replicas of detect-faces cannot do more: more replicas/);
    expect(verdict(facts({ cameras })).evidence?.href).toMatch(/^http:\/\/127.0.0.1:9090\/graph\?g0.expr=sum/);
    const none = cameras.map((camera) => ({ ...camera, state: OLD, rate: 0 }));
    expect(said({ cameras: none })).toMatch(/^warn: More frames than can be detected/);
  });

  const DIAGNOSIS = { cause: 'cpu', words: 'CPU is short: 66 % waiting.', advice: 'More cores help.' } as const;

  it('says why frames are let go or late, where the server knows', () => {
    const cameras = [cameraFacts('door', { lost: lost({ shed: 3 }) })];
    expect(verdict(facts({ cameras, diagnosis: DIAGNOSIS }))).toMatchObject({
      head: 'More frames than can be detected.',
      help: 'CPU is short: 66 % waiting. More cores help.',
      evidence: { href: 'api/way' },
    });
    const late = [cameraFacts('door', { drawnAge: 3_000 })];
    expect(verdict(facts({ cameras: late, diagnosis: DIAGNOSIS })).help).toMatch(/^CPU is short/);
  });

  it('names what makes pictures slow while none are lost', () => {
    expect(said({ diagnosis: DIAGNOSIS })).toBe('warn: Pictures are slow. CPU is short: 66 % waiting.');
    expect(verdict(facts({ diagnosis: DIAGNOSIS })).help).toBe('More cores help.');
  });

  it('tells of frames that nothing came of', () => {
    expect(said({ unaccounted: 1 })).toBe('bad: 1 frame cannot be accounted for. There is no outcome.');
    expect(said({ unaccounted: 0 })).toMatch(/^good/);
  });

  it('leads to the camera whose frames fail', () => {
    const failing = [
      cameraFacts('door', { lost: lost({ failed: 1 }) }),
      cameraFacts('yard', { lost: lost({ failed: 3 }) }),
    ];
    expect(said({ cameras: failing })).toBe('warn: Detection fails. 4.0 frames/s are given up.');
    expect(verdict(facts({ cameras: failing })).evidence?.href).toBe('#/camera/yard');
    expect(said({ cameras: [cameraFacts('door', { lost: lost({ rejected: 0.2 }) })] })).toBe(
      'warn: Bad pictures come. 0.20 frames/s cannot be read.',
    );
  });

  it('misses pictures only of cameras that promise some', () => {
    const photo = cameraFacts('photo', { state: OLD, promised: false, pictureAge: 9000 });
    expect(said({ cameras: [cameraFacts('door'), photo] })).toMatch(/^good/);
    expect(said({ cameras: [photo] })).toBe('wait: No new pictures. The newest picture is 9.0 s old.');
    expect(said({ cameras: [cameraFacts('door'), { ...photo, promised: true }] })).toBe(
      'warn: 1 of 2 cameras sends nothing new: photo.',
    );
  });

  it('says that the numbers are old, and that the pictures are not', () => {
    const metrics = { since: NOW - 5 * 60_000, problem: 'Prometheus cannot be reached' };
    expect(said({ metrics })).toBe('warn: Pictures are well, numbers are from 11:55.');
    expect(verdict(facts({ metrics })).help).toBe('Prometheus cannot be reached.');
    expect(said({ metrics: { problem: 'none' } })).toBe('warn: Pictures are well, numbers are missing.');
  });

  it('has a key that changes with the state and not with its numbers', () => {
    const key = (more: Partial<Facts>) => verdict(facts(more)).key;
    const after = (ms: number) => key({ transport: { phase: 'waiting', retryAt: NOW + ms } });
    expect(after(2900)).toBe(after(900));
    const shed = (rate: number) => key({ cameras: [cameraFacts('door', { lost: lost({ shed: rate }) })] });
    expect(shed(3)).toBe(shed(7));
    expect(shed(3)).not.toBe(key({}));
    const gone = (id: string) => key({ cameras: [cameraFacts(id, { state: OFFLINE }), cameraFacts('well')] });
    expect(gone('door')).not.toBe(gone('yard'));
  });
});
