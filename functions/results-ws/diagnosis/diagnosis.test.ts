import type { Finding } from '@framewire/contract';
import { Registry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { describe, expect, it } from 'vitest';
import { frame, many, NOW, outcome, snapshotOf } from '../testing/snapshot.ts';
import { createDiagnosis } from './diagnosis.ts';
import { createGaps } from './gaps.ts';
import type { RuleFinding, Snapshot } from './snapshot.ts';

const finding = (some: Partial<RuleFinding> = {}): RuleFinding => ({
  cause: 'gateway',
  severity: 'warning',
  message: 'The hop takes long.',
  advice: 'More cores help.',
  evidence: [],
  ...some,
});

/** A diagnosis that looks once a second while time passes. */
function setUp() {
  let [now, so]: [number, RuleFinding[]] = [NOW, []];
  let some: Parameters<typeof snapshotOf>[0] = {};
  const changes: [string, number | undefined][] = [];
  const reported: { finding: Finding; until?: number }[] = [];
  const gaps = createGaps({ registry: new Registry(), log: silentLog, clock: () => now * 1000 });
  const diagnosis = createDiagnosis({
    snapshot: (): Snapshot => snapshotOf({ ...some, now }),
    rules: () => so,
    gaps,
    onChange(finding, until) {
      changes.push([finding.cause, until && until - NOW]);
      reported.push({ finding, until });
    },
  });
  diagnosis.close(); // its own clock is not wanted here
  return {
    changes,
    records: reported,
    diagnosis,
    /** What the snapshot are from now on. */
    snapshot(more: typeof some) {
      some = more;
    },
    jump(seconds: number) {
      now += seconds;
    },
    causes: () => diagnosis.answer().findings.map(({ cause }) => cause),
    /** So many seconds in which this is so. */
    pass(seconds: number, ...found: RuleFinding[]) {
      so = found;
      for (let n = 0; n < seconds; n++) {
        diagnosis.look();
        now += 1;
      }
    },
  };
}

describe('a finding', () => {
  it('is reported once it has lasted, since it began, and until some seconds after it was so last', () => {
    const { pass, causes, changes, diagnosis } = setUp();
    pass(6, finding());
    expect(causes()).toEqual([]);
    pass(2, finding());
    expect(diagnosis.answer().findings).toEqual([
      { ...finding(), severity: 'info', effects: [], id: expect.any(String), since: NOW },
    ]);
    pass(7);
    expect(causes()).toEqual(['gateway']);
    pass(2);
    expect(causes()).toEqual([]);
    expect(changes).toEqual([
      ['gateway', undefined],
      ['gateway', 7],
    ]);
  });

  it('is never reported where it comes and goes', () => {
    const { pass, changes } = setUp();
    for (let n = 0; n < 100; n++) {
      pass(4, finding());
      pass(3);
    }
    expect(changes).toEqual([]);
  });

  it('is one while it wavers, with its present words', () => {
    const { pass, changes, diagnosis } = setUp();
    for (let n = 0; n < 20; n++) {
      pass(9, finding({ message: `At ${n}.`, node_id: `node-${n}` }));
      pass(6);
    }
    expect(changes).toEqual([['gateway', undefined]]);
    expect(diagnosis.answer().findings[0]).toMatchObject({ message: 'At 19.', since: NOW });
  });

  it('survives one look that sees it otherwise before it is reported', () => {
    const { pass, causes } = setUp();
    pass(4, finding());
    pass(1);
    pass(3, finding());
    expect(causes()).toEqual(['gateway']);
  });

  it('that a part says of itself is reported sooner', () => {
    const { pass, causes } = setUp();
    pass(3, finding({ cause: 'broker', severity: 'critical' }));
    expect(causes()).toEqual(['broker']);
  });

  it('that is graver comes first', () => {
    const { pass, causes } = setUp();
    pass(9, finding({ cause: 'camera-offline' }), finding({ cause: 'unaccounted', severity: 'critical' }), finding());
    expect(causes()).toEqual(['unaccounted', 'camera-offline', 'gateway']);
  });
});

const cpu = () => finding({ cause: 'cpu', message: 'Not enough CPU.' });
const viewer = () => finding({ cause: 'viewer', message: 'A viewer is too slow.' });
const slow = () => finding({ cause: 'broker-slow', message: 'The broker is slow.' });
const silence = () => finding({ cause: 'no-replicas', severity: 'critical', message: 'No replica answers.' });
/** Work takes twenty times as long for want of a CPU. */
const STARVED = { host: { pressure: { cpu: 0.99 }, stretch: 20 } };

describe('an incident', () => {
  it('is one with what follows from it, whatever comes and goes of that', () => {
    const { pass, causes, diagnosis, records } = setUp();
    pass(8, cpu());
    const [first] = diagnosis.answer().findings;
    for (let n = 0; n < 30; n++) {
      pass(7, cpu(), viewer());
      pass(6, slow()); // the cause itself is not seen for a moment
      pass(7, cpu(), slow(), finding({ cause: 'producer' }));
    }
    expect(causes()).toEqual(['cpu']);
    expect(diagnosis.answer().findings[0]).toMatchObject({ id: first!.id, since: NOW });
    expect(diagnosis.answer().findings[0]!.effects.map(({ cause }) => cause)).toEqual(
      expect.arrayContaining(['broker-slow', 'producer']),
    );
    expect(records.length).toBe(1);
    pass(40);
    expect(records.map(({ finding, until }) => [finding.id, finding.cause, until !== undefined])).toEqual([
      [first!.id, 'cpu', false],
      [first!.id, 'cpu', true],
    ]);
  });

  it('gets a better cause and stays the same one', () => {
    const { pass, diagnosis, records } = setUp();
    pass(8, slow());
    const [first] = diagnosis.answer().findings;
    expect(first).toMatchObject({ cause: 'broker-slow' });
    pass(8, slow(), cpu());
    expect(diagnosis.answer().findings).toEqual([
      expect.objectContaining({ id: first!.id, since: NOW, cause: 'cpu', message: 'Not enough CPU.' }),
    ]);
    expect(records.map(({ finding }) => [finding.id, finding.cause])).toEqual([
      [first!.id, 'broker-slow'],
      [first!.id, 'cpu'],
    ]);
  });

  it('takes in others that follow from the same cause', () => {
    const { pass, causes, records } = setUp();
    pass(8, slow(), viewer());
    expect(causes().sort()).toEqual(['broker-slow', 'viewer']);
    pass(8, slow(), viewer(), cpu());
    expect(causes()).toEqual(['cpu']);
    expect(records.filter(({ until }) => until !== undefined).length).toBe(1);
  });

  it('waits for the cause of what it finds, but not for ever', () => {
    const { pass, causes } = setUp();
    pass(4, cpu(), slow());
    pass(3, slow());
    expect(causes()).toEqual(['broker-slow']);
    const other = setUp();
    for (let n = 0; n < 6; n++) {
      other.pass(2, cpu(), slow()); // what would explain it comes and goes
      other.pass(2, slow());
    }
    expect(other.causes()).toEqual(['broker-slow']);
  });

  it('is a part that does not answer, unless nothing on its machine could', () => {
    const { pass, causes } = setUp();
    pass(9, cpu(), silence());
    expect(causes()).toEqual(['no-replicas', 'cpu']);
    const starved = setUp();
    starved.snapshot(STARVED);
    starved.pass(9, cpu(), silence());
    expect(starved.causes()).toEqual(['cpu']);
    expect(starved.diagnosis.answer()).toMatchObject({ state: 'broken', findings: [{ severity: 'critical' }] });
  });

  it('keeps the evidence of when it was reported', () => {
    const { pass, records, diagnosis } = setUp();
    const at = (value: number) => finding({ evidence: [{ title: 'takes', value, unit: 'ms', limit: 100 }] });
    pass(7, at(400));
    pass(5, at(120));
    expect(diagnosis.answer().findings[0]!.evidence[0]!.value).toBe(120);
    pass(12);
    expect(records.map(({ finding }) => finding.evidence[0]!.value)).toEqual([400, 400]);
  });

  it('is reported of results-ws itself once it goes on', () => {
    const { pass, jump, records, causes } = setUp();
    pass(3);
    jump(25);
    pass(3);
    expect(causes()).toEqual([]);
    expect(records).toMatchObject([
      { finding: { cause: 'results', message: expect.stringMatching(/stood still for 2\d s/) }, until: NOW + 28 },
    ]);
  });
});

describe('the state of the system', () => {
  const late = Array.from({ length: 40 }, (_, n) => frame({ queue: 700 }, { timestamp: NOW - 0.1 - n / 10 }));

  it('is well while what is short costs nothing that was promised', () => {
    const { pass, diagnosis, snapshot } = setUp();
    snapshot({ drawn: { minute: { frames: 600, good_ratio: 0.997 }, lately: { frames: 200, good_ratio: 0.997 } } });
    pass(9);
    expect(diagnosis.answer()).toMatchObject({
      state: 'ok',
      slo: { status: 'met', good_ratio: 0.997, objective: 0.99 },
    });
    pass(9, cpu());
    expect(diagnosis.answer()).toMatchObject({ state: 'tight', findings: [{ cause: 'cpu', severity: 'info' }] });
  });

  it('is degraded when pictures are late or frames dropped, whether a cause is known or not', () => {
    const { pass, diagnosis, snapshot, records } = setUp();
    pass(8, cpu());
    snapshot({ records: late });
    pass(8, cpu());
    expect(diagnosis.answer()).toMatchObject({ state: 'degraded', slo: { status: 'missed', good_ratio: 0 } });
    expect(diagnosis.answer().findings).toMatchObject([{ cause: 'cpu', severity: 'warning' }]);
    expect(records.map(({ finding }) => finding.severity)).toEqual(['info', 'warning']); // reported again, by the same id
    pass(20);
    expect(diagnosis.answer()).toMatchObject({ state: 'degraded', findings: [] });
    snapshot({});
    pass(9);
    expect(diagnosis.answer()).toMatchObject({ state: 'ok', slo: { status: 'met' } });
    const shed = [0, 1, 2, 3, 4, 5].map((n) => outcome('shed', { timestamp: NOW - n - 0.5, shed: [[1, 10]] }));
    snapshot({ records: [...many({}, 60), ...shed] });
    pass(9);
    expect(diagnosis.answer()).toMatchObject({
      state: 'degraded',
      slo: { status: 'missed', dropped_ratio: expect.any(Number) },
    });
  });

  it('is degraded by what viewers drew only while it is still so', () => {
    const { pass, diagnosis, snapshot } = setUp();
    snapshot({ drawn: { minute: { frames: 600, good_ratio: 0.95 }, lately: { frames: 200, good_ratio: 1 } } });
    pass(9);
    expect(diagnosis.answer().state).toBe('ok');
    snapshot({ drawn: { minute: { frames: 600, good_ratio: 0.95 }, lately: { frames: 200, good_ratio: 0.9 } } });
    pass(9);
    expect(diagnosis.answer().state).toBe('degraded');
  });

  it('is about to break where frames come close to the target', () => {
    const { pass, diagnosis, snapshot } = setUp();
    snapshot({ records: many({ queue: 400 }) });
    pass(9, cpu());
    expect(diagnosis.answer()).toMatchObject({ state: 'degraded', slo: { status: 'at_risk' } });
  });

  it('is degraded by one camera and broken by a part', () => {
    const { pass, diagnosis } = setUp();
    pass(9, finding({ cause: 'camera-offline', camera_id: 'door' }));
    expect(diagnosis.answer().state).toBe('degraded');
    pass(9, silence());
    expect(diagnosis.answer().state).toBe('broken');
  });
});

describe('an hour', () => {
  /** The same each time. */
  function* noise(seed: number): Generator<number> {
    for (let state = seed; ; ) {
      state = (state * 1103515245 + 12345) % 2147483648;
      yield state / 2147483648;
    }
  }

  it('in which every third look sees something, none of it twice in a row, is reported as well', () => {
    const { pass, changes } = setUp();
    const random = noise(7);
    for (let second = 0; second < 3_600; second += 3) {
      pass(1, finding({ cause: random.next().value! > 0.5 ? 'cpu' : 'gateway-unreachable' }));
      pass(2);
    }
    expect(changes).toEqual([]);
  });
});
