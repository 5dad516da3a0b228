import { describe, expect, it } from 'vitest';
import { judge } from '../../../testing/rules.ts';
import { snapshotOf } from '../../../testing/snapshot.ts';

const silent = (...instances: string[]) => instances.map((instance) => ({ job: 'rabbitmq', instance, seconds: 8 }));
/** Three nodes, of which these do not answer Prometheus; a frame was detected so many seconds ago. */
const without = (away: string[], detectedAgo = 0.1, broker: Parameters<typeof snapshotOf>[0] = {}) =>
  snapshotOf({
    ...broker,
    silent: silent(...away),
    nodes: { asked: 3, answering: 3 - away.length, unreachable: 0 },
    detectedAgo,
    endedAgo: detectedAgo,
  });

describe('one node of three', () => {
  it('that is away is named, with what it means', () => {
    expect(judge(without(['rabbitmq-2']))).toEqual([
      expect.objectContaining({
        cause: 'broker-node',
        severity: 'warning',
        message: 'Broker node rabbitmq-2 has not answered for 8 s: 2 of 3 run. If 1 more goes, no frame is taken.',
        evidence: [{ title: 'since it answered', value: 8, unit: 's', limit: 5 }],
      }),
    ]);
  });

  it('is none while all answer, nor where there is only one', () => {
    expect(judge(without([]))).toEqual([]);
    expect(
      judge(snapshotOf({ silent: silent('rabbitmq'), nodes: { asked: 1, answering: 0, unreachable: 0 } })),
    ).toEqual([]);
  });

  it('is given time where a program waits for a CPU', () => {
    const host = { pressure: { cpu: 0.8 }, stretch: 2.5 };
    expect(judge({ ...without(['rabbitmq-2']), host })).toEqual([]);
  });

  it('is found by the others where its address went with it', () => {
    const nodes = { asked: 2, answering: 2, unreachable: 1 };
    expect(judge(snapshotOf({ nodes }))).toEqual([
      expect.objectContaining({
        cause: 'broker-node',
        message: 'The nodes of the broker cannot reach one of them: 2 of 3 run. If 1 more goes, no frame is taken.',
      }),
    ]);
  });
});

it('two nodes of five may be away, and then no more', () => {
  const nodes = { asked: 5, answering: 3, unreachable: 2 };
  expect(judge(snapshotOf({ silent: silent('rabbitmq-2', 'rabbitmq-4'), nodes }))).toEqual([
    expect.objectContaining({
      message:
        'Broker node rabbitmq-2 and rabbitmq-4 have not answered for 8 s: 3 of 5 run. If 1 more goes, no frame is taken.',
    }),
  ]);
});

describe('two nodes of three', () => {
  const away = ['rabbitmq-2', 'rabbitmq-3'];

  it('that are away stop the broker', () => {
    const message =
      '2 of 3 nodes of the broker do not answer (rabbitmq-2 and rabbitmq-3): it takes no frame without a majority.';
    for (const broker of [{}, { problem: 'ECONNREFUSED' }, { answer: 9_000 }])
      expect(judge(without(away, 9, { broker }))).toEqual([
        expect.objectContaining({ cause: 'broker', severity: 'critical', message }),
      ]);
  });

  it('are not believed to be away while frames are detected: only their metrics cannot be had', () => {
    expect(judge(without(away))).toEqual([]);
  });
});

it('all nodes that do not answer Prometheus are away only if the broker does not answer either', () => {
  const all = ['rabbitmq', 'rabbitmq-2', 'rabbitmq-3'];
  expect(judge(without(all, 9))).toEqual([]);
  expect(judge(without(all, 9, { broker: { problem: 'ECONNREFUSED' } }))).toEqual([
    expect.objectContaining({
      cause: 'broker',
      message: expect.stringMatching(/^3 of 3 nodes of the broker do not answer/),
    }),
  ]);
});
