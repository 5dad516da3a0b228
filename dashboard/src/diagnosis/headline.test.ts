import { describe, expect, it } from 'vitest';
import type { CameraState } from '../camera/camera-state.ts';
import { cameraFacts, facts, finding, NOW } from '../testing/facts.ts';
import type { Facts } from './facts.ts';
import { headline, viewerProblem } from './headline.ts';

const OFFLINE: CameraState = { kind: 'offline', word: 'offline', title: 'Offline', detail: 'Since 11:50: refused' };
const OLD: CameraState = { kind: 'old', word: 'old picture', grey: true };
const WAITING: CameraState = { kind: 'waiting', word: 'waiting' };
/** The tone and the sentence, in one line. */
function said(more: Partial<Facts>): string {
  const { tone, head, rest } = headline(facts(more));
  return `${tone}: ${head} ${rest}`;
}

describe('the headline', () => {
  it('says how much is well', () => {
    const cameras = [
      cameraFacts('door', { drawnAge: 84, rate: 10 }),
      cameraFacts('hall', { drawnAge: 90, rate: 2.5 }),
      cameraFacts('yard', { drawnAge: 1000, rate: 10 }),
    ];
    expect(said({ cameras })).toBe('good: All well. 3 cameras, 23 frames/s, pictures 90 ms old.');
    expect(said({ cameras: [cameraFacts('door', { drawnAge: -900 })] })).toBe(
      'good: All well. 1 camera, 10 frames/s, clock ahead.',
    );
  });

  it('waits for the first frame', () => {
    expect(said({ cameras: [] })).toBe('wait: Waiting for the first frame. There are no cameras yet.');
    expect(said({ cameras: [cameraFacts('door', { state: WAITING })] })).toBe(
      'wait: Waiting for the first frame from door.',
    );
  });

  it('says first whether the SLO is met, then what is scarce', () => {
    const met = { target: 500, objective: 0.99, good_ratio: 0.997, p95: 102, dropped_ratio: 0, status: 'met' as const };
    const tight = facts({ findings: [finding({ severity: 'info' })], slo: met });
    expect(headline(tight)).toMatchObject({
      tone: 'note',
      head: 'All well, but CPU is tight.',
      rest: '99.7 % within 500 ms.',
      help: finding().message,
    });
    const late = { ...met, good_ratio: 0.986, status: 'missed' as const };
    expect(said({ findings: [finding()], slo: late })).toBe(
      `warn: Pictures are late: 98.6 % within 500 ms (SLO 99 %). ${finding().message}`,
    );
    const dropped = { ...met, dropped_ratio: 0.4, status: 'missed' as const };
    expect(said({ findings: [finding()], slo: dropped })).toMatch(
      /^warn: Frames are dropped: 40 % of them\. Not enough/,
    );
    const soon = { ...met, p95: 430, status: 'at_risk' as const };
    expect(said({ findings: [finding()], slo: soon })).toMatch(/^warn: Pictures are nearly late: p95 is 430 ms/);
    expect(said({ findings: [], slo: late })).toBe(
      'warn: Pictures are late: 98.6 % within 500 ms (SLO 99 %). The cause is unknown.',
    );
    expect(said({ findings: [], slo: met })).toMatch(/^good: All well/);
  });

  it('shows the finding of the server, with its advice and a link', () => {
    const message = 'The broker is slow: it takes 240 ms to answer.';
    expect(headline(facts({ findings: [finding({ cause: 'broker-slow', message })] }))).toMatchObject({
      head: 'The broker is slow:',
      rest: 'it takes 240 ms to answer.',
      help: 'More cores help.',
      evidence: { text: 'See why', href: '#/diagnosis' },
    });
    const two = [finding(), finding({ cause: 'camera-silent', camera_id: 'door' })];
    expect(headline(facts({ findings: two })).evidence?.text).toBe('See why, and 1 more');
  });

  it('names what stops the whole system before the cameras it stops', () => {
    const findings = [
      finding({
        cause: 'broker',
        severity: 'critical',
        message: 'The broker is down. No frame moves until it is back.',
      }),
    ];
    const cameras = [cameraFacts('door', { state: OFFLINE }), cameraFacts('yard', { state: OLD })];
    expect(said({ findings, cameras })).toBe('bad: The broker is down. No frame moves until it is back.');
  });

  it('does not call the system well without a diagnosis', () => {
    expect(said({ findings: undefined })).toBe('wait: Connecting. Loading the diagnosis.');
    expect(said({ outdated: 'the server answers 500' })).toMatch(/^warn: Pictures arrive, but/);
    expect(headline(facts({ outdated: 'the server answers 500' })).help).toBe('Diagnosis: the server answers 500.');
    const transport = { phase: 'waiting' as const, retryAt: NOW };
    expect(said({ outdated: 'no answer within 5 s', transport })).toMatch(/^bad: results-ws does not answer:/);
    const gaps = [{ what: 'the rule cpu', message: 'not a number', since: NOW / 1000 }];
    expect(said({ gaps })).toBe('note: All well, as far as known. The diagnosis has a gap: the rule cpu.');
  });

  it('names the offline cameras, and the reason where all share it', () => {
    const one = [cameraFacts('door'), cameraFacts('hall', { state: OFFLINE })];
    expect(said({ cameras: one })).toBe('warn: 1 of 2 cameras is offline: hall.');
    expect(headline(facts({ cameras: one }))).toMatchObject({
      help: 'Since 11:50: refused',
      evidence: { href: '#/camera/hall' },
    });
    const all = ['a', 'b'].map((id) => cameraFacts(id, { state: { ...OFFLINE, detail: id } }));
    expect(said({ cameras: all })).toBe('bad: All 2 cameras are offline. There are no pictures.');
    expect(headline(facts({ cameras: all })).help).toBe('Each tile shows the reason.');
  });

  it('has a key that changes with the state and not with its numbers', () => {
    const key = (more: Partial<Facts>) => headline(facts(more)).key;
    const short = (share: number) => key({ findings: [finding({ message: `Not enough CPU: ${share} %.` })] });
    expect(short(40)).toBe(short(70));
    expect(short(40)).not.toBe(key({}));
    const at = (node_id: string) => key({ findings: [finding({ node_id })] });
    expect(at('detect-faces-1')).toBe(at('detect-faces-2')); // whichever is worst off at the moment
    const offline = (id: string) => key({ cameras: [cameraFacts(id, { state: OFFLINE }), cameraFacts('well')] });
    expect(offline('door')).not.toBe(offline('yard'));
  });
});

describe('what only this browser sees', () => {
  const seen = (more: Partial<Facts>): string | undefined => {
    const one = viewerProblem(facts(more));
    return one && `${one.tone}: ${one.head} ${one.rest}`;
  };

  it('says nothing about the system', () => {
    const lost = { transport: { phase: 'waiting' as const, retryAt: NOW + 2100 } };
    expect(seen(lost)).toBe('bad: Connection lost. Reconnecting in 3 s.');
    expect(said(lost)).toMatch(/^good: All well/);
    const late = { cameras: [cameraFacts('door', { drawnAge: 2400 })] };
    expect(seen(late)).toBe('warn: Pictures are late. They are 2.4 s old when they are drawn.');
    expect(said(late)).toBe('good: All well. 1 camera, 10 frames/s.');
    expect(seen({})).toBeUndefined();
  });

  it('is left out where a finding explains it', () => {
    const findings = [finding({ cause: 'broker', severity: 'critical' })];
    expect(seen({ findings, cameras: [cameraFacts('door', { state: OLD })] })).toBeUndefined();
  });

  it('includes late pictures', () => {
    const late = [
      cameraFacts('door', { state: OLD, pictureAge: 24_000, late: true }),
      cameraFacts('yard', { state: OLD }),
    ];
    expect(seen({ cameras: late })).toBe('warn: Pictures are late. They are 24 s old when they are drawn.');
  });

  it('includes a lost connection, with a countdown to the next attempt', () => {
    expect(seen({ transport: { phase: 'connecting', again: true } })).toBe('bad: Connection lost. Reconnecting now.');
    expect(seen({ transport: { phase: 'connecting', again: false } })).toBe('wait: Connecting. Loading the cameras.');
    const after = (ms: number) => viewerProblem(facts({ transport: { phase: 'waiting', retryAt: NOW + ms } }))?.key;
    expect(after(2900)).toBe(after(900));
  });

  it('does not report pictures missing right after asking for them', () => {
    const cameras = [cameraFacts('door', { state: OLD }), cameraFacts('yard', { state: WAITING })];
    expect(seen({ camerasKnown: false, cameras: [] })).toBe('wait: Connected. Loading the cameras.');
    expect(seen({ openFor: 500, cameras })).toBe('wait: Connected. Waiting for pictures.');
    expect(seen({ openFor: 5000, cameras })).toMatch(/^warn: No new pictures/);
  });

  it('reports missing pictures only of cameras that are expected to send', () => {
    const photo = cameraFacts('photo', { state: OLD, expected: false, pictureAge: 9000 });
    expect(seen({ cameras: [cameraFacts('door'), photo] })).toBeUndefined();
    expect(seen({ cameras: [photo] })).toBe('wait: No new pictures. The newest picture is 9.0 s old.');
    expect(seen({ cameras: [cameraFacts('door'), { ...photo, expected: true }] })).toBe(
      'warn: 1 of 2 cameras sends nothing new: photo.',
    );
  });
});
