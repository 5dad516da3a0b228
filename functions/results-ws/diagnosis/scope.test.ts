/** Two functions, each with a queue: what is wrong with the second is said of it, while the first is well. */
import { type ConnectorRecord, type Finding, QUEUE, type ResultRecord } from '@framewire/contract';
import { Registry } from '@framewire/runtime/telemetry';
import { describe, expect, it } from 'vitest';
import { judge } from '../testing/rules.ts';
import { type Case, many, NOW, outcome, snapshotOf } from '../testing/snapshot.ts';
import { createDiagnosis } from './diagnosis.ts';
import { createDetectionFunctions, FACES } from './functions.ts';
import { createGaps } from './gaps.ts';
import type { Snapshot } from './snapshot.ts';

const OBJECTS = { name: 'detect-objects', queue: 'object_queue', topics: ['objects'] };
const about = { function: 'detect-objects', queue: 'object_queue' };
const objects = (records: ResultRecord[]) => records.map((record) => ({ ...record, topic: 'objects' }));
const ofObjects = (some: Case, n = 40) => objects(many({ node_id: 'detect-objects-1', ...some }, n));
const well = { replicas: 1, workers: 1 };

/** Faces are well; `records` are of the second. */
function both(
  records: ResultRecord[],
  { replicas = 1, waiting = 0, consumers = 1, ago = 0.1, stuck = 0, ...more }: Record<string, number> = {},
): Snapshot {
  const times = { detectedAgo: 0.1, endedAgo: 0.1 };
  return snapshotOf({
    functions: [FACES, OBJECTS],
    records: [...many({}), ...records],
    heard: new Map([
      ['', { detectedAgo: 600, endedAgo: 600 }],
      ['faces', times],
      ['objects', { detectedAgo: ago, endedAgo: more.ended ?? ago }],
    ]),
    gauges: {
      functions: new Map([
        ['detect-faces', well],
        [
          'detect-objects',
          { ...well, replicas, ...(stuck && { stuck: { node_id: 'detect-objects-1', seconds: stuck } }) },
        ],
      ]),
    },
    broker: { queues: new Map([['object_queue', { waiting, consumers }]]) },
  });
}

describe('a second function', () => {
  it('is well, however heavy it is beside the first', () => {
    expect(judge(both(ofObjects({ detect: 90 })))).toEqual([]);
    expect(judge(both([], { waiting: 0, consumers: 0 }))).toEqual([]);
  });

  it.each<[string, Snapshot, Partial<Finding>]>([
    [
      'overloaded',
      both(ofObjects({ queue: 300, wait: 100, detect: 140 })),
      { cause: 'replicas', message: expect.stringMatching(/^Not enough replicas of detect-objects: frames wait/) },
    ],
    [
      'slow',
      both(ofObjects({ detect: 400 }, 10)),
      { cause: 'detector', message: expect.stringMatching(/^The detector of detect-objects is heavy: 403 ms/) },
    ],
    [
      'without a replica',
      both([], { replicas: 0, waiting: 5, ago: 10 }),
      { cause: 'no-replicas', message: 'No replica of detect-objects answers.' },
    ],
    [
      'refused by the gateway',
      both(objects([outcome('expired', { reason_code: 'no_replica', http_status: 503 })]), { ago: 10, ended: 0.1 }),
      { cause: 'no-replicas', message: 'No replica of detect-objects answers: the gateway answers 503.' },
    ],
    [
      'not deployed',
      both([], { consumers: 0, waiting: 5, ago: 600 }),
      {
        cause: 'connector',
        message: 'Nobody takes frames from object_queue.',
        advice: expect.stringContaining('topic: object_queue'),
      },
    ],
    [
      'stuck',
      both(ofObjects({}), { stuck: 5 }),
      { cause: 'replica', message: 'A worker of detect-objects-1 has been at one frame for 5 s: it hangs.' },
    ],
    [
      'failing',
      both(
        objects([
          ...many({}, 30),
          ...Array.from({ length: 10 }, () =>
            outcome('expired', { reason_code: 'function_error', http_status: 500, function_code: 'worker_died' }),
          ),
        ]),
      ),
      { cause: 'failing', message: expect.stringMatching(/^Detection by detect-objects fails for 25 %/) },
    ],
  ])('that is %s is named', (_, snapshot, finding) => {
    expect(judge(snapshot)).toEqual([expect.objectContaining({ ...finding, ...about })]);
  });

  it('whose queue is missing is named by it', () => {
    const broker = { queues: new Map([['object_queue', { missingQueue: 'object_queue' }]]) };
    expect(judge(snapshotOf({ functions: [FACES, OBJECTS], broker }))).toEqual([
      expect.objectContaining({
        cause: 'topology',
        message: 'The queue object_queue does not exist: no frame gets to a detector.',
      }),
    ]);
  });

  it('has an incident of its own beside one of the first of the same cause', () => {
    const changes: [string, string | undefined, boolean][] = [];
    const slow = { queue: 300, wait: 100, detect: 140 };
    let now = NOW;
    let records: ResultRecord[] = [];
    const diagnosis = createDiagnosis({
      snapshot: () => ({ ...both(records), now }),
      gaps: createGaps({ registry: new Registry(), log: { error() {} } }),
      onChange: (finding, until) => changes.push([finding.cause, finding.function, until !== undefined]),
    });
    diagnosis.close();
    const look = (seconds: number) => {
      for (let i = 0; i < seconds; i++, now++) diagnosis.look();
    };
    records = [...many(slow, 80), ...ofObjects(slow)];
    look(10);
    const findings = () => diagnosis.answer().findings.map(({ cause, function: name }) => [cause, name]);
    expect(findings()).toEqual([
      ['replicas', 'detect-faces'],
      ['replicas', 'detect-objects'],
    ]);
    records = ofObjects(slow);
    look(15);
    expect(findings()).toEqual([['replicas', 'detect-objects']]);
    expect(changes).toEqual([
      ['replicas', 'detect-faces', false],
      ['replicas', 'detect-objects', false],
      ['replicas', 'detect-faces', true],
    ]);
  });
});

describe('the functions that detect', () => {
  const heartbeat = (functions?: ConnectorRecord['functions']) =>
    ({ connector: 'c', timestamp: NOW, held: [], functions }) satisfies ConnectorRecord;

  it('are detect-faces until a connector names others, and are remembered when it does not any more', () => {
    const functions = createDetectionFunctions();
    functions.connector(heartbeat()); // of an older version
    expect(functions.list()).toEqual([FACES]);
    functions.connector(heartbeat([OBJECTS]));
    expect(functions.list()).toEqual([FACES, OBJECTS]);
    functions.connector(heartbeat([{ name: 'find-people', queue: QUEUE.frames, topics: [] }]));
    expect(functions.list()).toEqual([OBJECTS, { ...FACES, name: 'find-people' }]);
  });
});
