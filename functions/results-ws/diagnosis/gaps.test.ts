import { Registry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { describe, expect, it } from 'vitest';
import { NOW, snapshotOf } from '../testing/snapshot.ts';
import { createDiagnosis } from './diagnosis.ts';
import { createGaps } from './gaps.ts';
import { RULES, runRules } from './rules/rules.ts';
import type { Snapshot } from './snapshot.ts';
import { createSnapshots } from './take-snapshot.ts';

function setUp() {
  let now = NOW;
  const logged: unknown[] = [];
  const registry = new Registry();
  const gaps = createGaps({
    registry,
    log: { ...silentLog, error: (details: unknown) => logged.push(details) } as never,
    clock: () => now * 1000,
  });
  return {
    gaps,
    registry,
    logged,
    now: () => now,
    pass(seconds: number) {
      now += seconds;
    },
  };
}
const throwing = (what: string) => () => {
  throw new Error(`${what} is not well`);
};

describe('a part of the diagnosis that fails', () => {
  it('is a gap, and the rules beside it find what they find', () => {
    const { gaps, registry, now } = setUp();
    const broken = { ...RULES, cpu: throwing('this rule') };
    const rules = (snapshot: Snapshot) =>
      runRules(snapshot, (rule, error) => gaps.failed(`the rule ${rule}`, error), broken);
    const snapshot = () => snapshotOf({ now: now(), broker: { problem: 'ECONNREFUSED' } });
    const diagnosis = createDiagnosis({ snapshot, rules, gaps, onChange() {} });
    diagnosis.close();
    diagnosis.look();
    expect(rules(snapshot()).map(({ cause }) => cause)).toEqual(['broker']);
    expect(diagnosis.answer().gaps).toEqual([{ what: 'the rule cpu', message: 'this rule is not well', since: NOW }]);
    return expect(registry.metrics()).resolves.toContain('cv_diagnosis_failures_total{what="the rule cpu"} 2');
  });

  it('may be a probe: what the others know is gathered all the same', () => {
    const { gaps } = setUp();
    const observed = snapshotOf();
    const gather = createSnapshots({
      collector: { collect: () => ({ ...observed, listening: 1 }) },
      brokerTrouble: () => undefined,
      probe: {
        answer: throwing('the probe'),
        queue: () => undefined,
        missing: () => undefined,
        queues: () => new Map(),
        close() {},
      },
      gateway: { problem: throwing('the watch'), close() {} },
      gauges: {
        gauges: throwing('Prometheus'),
        silent: throwing('Prometheus'),
        nodes: throwing('Prometheus'),
        close() {},
      },
      host: throwing('the kernel'),
      drawn: throwing('the objective'),
      target: 500,
      objective: 0.99,
      gaps,
    });
    const snapshot = gather();
    expect(snapshot).toMatchObject({ latency: observed.latency, gauges: {}, silent: [], host: { stretch: 1 } });
    expect(gaps.list().map(({ what }) => what)).toEqual([
      'what viewers drew',
      'the probe of the broker',
      'the probe of the gateway',
      'the metrics',
      'the parts that Prometheus asks',
      'the nodes of the broker',
      'the machine',
    ]);
  });

  it('may be all of it: nothing is thrown at whoever asks, and the last answer stands', () => {
    const { gaps } = setUp();
    const diagnosis = createDiagnosis({ snapshot: throwing('everything'), gaps, onChange() {} });
    diagnosis.close();
    diagnosis.look();
    expect(diagnosis.answer()).toMatchObject({ findings: [], gaps: [{ what: 'the diagnosis' }] });
  });

  it('is logged once a minute however often it fails, and no gap any more once it works', () => {
    const { gaps, logged, pass } = setUp();
    for (let n = 0; n < 50; n++) {
      gaps.guard('a probe', undefined, throwing('it'));
      pass(1);
    }
    expect(logged.length).toBe(1);
    expect(gaps.list()).toMatchObject([{ what: 'a probe', since: NOW }]);
    pass(20);
    expect(gaps.list()).toEqual([]);
    expect(gaps.guard('a probe', 0, () => 7)).toBe(7);
  });
});
