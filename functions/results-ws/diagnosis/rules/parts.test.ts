import type { Cause } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { causes, judge, unanswered } from '../../testing/rules.ts';
import { camera, many, outcome, snapshotOf } from '../../testing/snapshot.ts';

describe('a part that is away', () => {
  it.each<[string, Cause, RegExp, Parameters<typeof snapshotOf>[0]]>([
    [
      'the broker',
      'broker',
      /^The broker is away: connect ECONNREFUSED\.$/,
      { broker: { problem: 'connect ECONNREFUSED' } },
    ],
    [
      'a broker in alarm, as it says itself',
      'broker',
      /^The broker takes no messages: low on memory\.$/,
      { broker: { blocked: 'low on memory' } },
    ],
    ['a broker in alarm, by Prometheus', 'broker', /short of disk space\.$/, { gauges: { diskAlarm: 1 } }],
    ['a broker that hangs', 'broker', /^The broker has not answered for 5 s\.$/, { broker: { answer: 5_000 } }],
    [
      'a stream that may not be read',
      'broker',
      /^Outcomes cannot be read: ACCESS_REFUSED\.$/,
      { broker: { stream: 'ACCESS_REFUSED' } },
    ],
    [
      'the gateway',
      'gateway-unreachable',
      /^Detection is away: the gateway cannot be reached\.$/,
      { gateway: 'the gateway cannot be reached', detectedAgo: 3 },
    ],
    [
      'the gateway, as the connector sees it',
      'gateway-unreachable',
      /the connector cannot reach the gateway/,
      {
        detectedAgo: 3,
        records: [outcome('expired', { reason_code: 'gateway_unreachable' })],
      },
    ],
    [
      'the connector',
      'connector',
      /^Nobody takes frames from frame_queue\.$/,
      { broker: { consumers: 0, waiting: 30 } },
    ],
    [
      'a connector that hangs',
      'connector',
      /^Frames wait in frame_queue, and none has ended for 6 s\.$/,
      { broker: { consumers: 1, waiting: 30 }, endedAgo: 6, detectedAgo: 6 },
    ],
    [
      'all replicas',
      'no-replicas',
      /^No replica of detect-faces answers: the gateway answers 503\.$/,
      { detectedAgo: 3, records: [outcome('expired', { reason_code: 'no_replica', http_status: 503 })] },
    ],
    [
      'all replicas, by Prometheus',
      'no-replicas',
      /answers\.$/,
      { detectedAgo: 3, gauges: { replicas: 0 }, broker: { waiting: 4 } },
    ],
    [
      'replicas that hang',
      'no-replicas',
      /answers: there was no answer before the deadline\.$/,
      { detectedAgo: 4, records: [unanswered(1990)] },
    ],
  ])('%s', (_, cause, words, some) => {
    const found = judge(snapshotOf(some))[0]!;
    expect(found).toMatchObject({ cause, severity: 'critical', message: expect.stringMatching(words) });
  });

  it('is not the gateway or the replicas while frames are detected', () => {
    expect(judge(snapshotOf({ gateway: 'the gateway cannot be reached', detectedAgo: 0.2 }))).toEqual([]);
    expect(judge(snapshotOf({ detectedAgo: 0.2, records: [...many({}, 40), unanswered(1990)] }))).toEqual([]);
  });

  it('explains what follows from it', () => {
    const all = snapshotOf({
      broker: { problem: 'ECONNREFUSED', consumers: 0 },
      gateway: 'away',
      detectedAgo: 60,
      endedAgo: 60,
      records: [],
      cameras: [camera('door', { source_silent: true })],
      baselines: new Map([['door', { current: 0, expected: 10, silent: 60 }]]),
    });
    expect(causes(judge(all))).toEqual(['broker']);
  });
});

describe('a part that hangs', () => {
  const silent = (job: string, instance = job, seconds = 8) => ({ job, instance, seconds });
  it.each<[string, Cause, RegExp, string]>([
    ['one replica', 'replica', /^Replica detect-faces-2 has not answered for 8 s/, 'detect-faces-2'],
    ['the connector', 'connector', /^The RabbitMQ connector has not answered for 8 s\.$/, 'connector'],
    ['the camera connector', 'camera-connector', /^The camera connector has not answered/, 'camera'],
    ['the gateway', 'gateway-unreachable', /the gateway has not answered for 8 s\.$/, 'gateway'],
    ['ingest-frame', 'ingest', /^ingest-frame has not answered/, 'ingest-frame'],
    ['another results-ws', 'results', /^results-ws-2 has not answered/, 'results-ws-2'],
  ])('%s is named as itself', (_, cause, words, instance) => {
    const job = instance.replace(/-\d$/, '');
    const found = judge(snapshotOf({ silent: [silent(job, instance)] }));
    expect(found).toEqual([expect.objectContaining({ cause, message: expect.stringMatching(words) })]);
    // it may only be slow: what has to wait for a CPU is given time
    const slow = { pressure: { cpu: 0.8 }, stretch: 2.5 };
    expect(judge(snapshotOf({ silent: [silent(job, instance)], host: slow }))).toEqual([]);
  });

  it('a worker is named by its replica', () => {
    const stuck = { node_id: 'detect-faces-1', seconds: 5 };
    expect(judge(snapshotOf({ gauges: { replicas: 2, stuck } }))).toEqual([
      expect.objectContaining({
        cause: 'replica',
        node_id: 'detect-faces-1',
        message: 'A worker of detect-faces-1 has been at one frame for 5 s: it hangs.',
      }),
    ]);
    expect(judge(snapshotOf({ gauges: { stuck: { ...stuck, seconds: 0.4 } } }))).toEqual([]);
  });

  it('explains its cameras', () => {
    const ids = Array.from({ length: 30 }, (_, n) => `c${n}`);
    const baselines = new Map(ids.map((id) => [id, { current: 0, expected: 10, silent: 20 }]));
    const cameras = ids.map((id) => camera(id));
    expect(causes(judge(snapshotOf({ cameras, baselines, silent: [silent('camera')] })))).toEqual(['camera-connector']);
    // and by themselves they are one line
    expect(judge(snapshotOf({ cameras, baselines }))).toEqual([
      expect.objectContaining({
        cause: 'camera-silent',
        message: '30 cameras send nothing or too little: c0, c1 and 28 more.',
        camera_ids: ids,
      }),
    ]);
  });
});

describe('the rest of a deadline', () => {
  const hurried = Array.from({ length: 10 }, () => unanswered(32));

  it('is no missing replica, however few frames get through', () => {
    expect(causes(judge(snapshotOf({ detectedAgo: 9, endedAgo: 0.1, records: hurried })))).toEqual([]);
    expect(causes(judge(snapshotOf({ records: [...many({}, 40), ...hurried] })))).toEqual([]);
  });

  it('and a word of the detector itself are none either', () => {
    const answered = (http_status: number, function_code: string) =>
      Array.from({ length: 10 }, () =>
        outcome('expired', { reason_code: 'function_error', http_status, function_code }),
      );
    const own = [...answered(503, 'no_worker'), ...answered(504, 'time_limit')];
    expect(judge(snapshotOf({ detectedAgo: 9, records: own }))).toEqual([
      expect.objectContaining({ cause: 'failing', message: expect.stringContaining('504 (time_limit)') }),
    ]);
  });

  it('is not asked for while nothing moves: no replica is missed, and nothing is lost', () => {
    const records = Array.from({ length: 12 }, () => outcome('still', { still: [[1, 9]] }));
    const gauges = { replicas: 0, workers: 0 };
    expect(judge(snapshotOf({ records, detectedAgo: 9, endedAgo: 9, gauges, baselines: new Map() }))).toEqual([]);
    expect(causes(judge(snapshotOf({ records: [...records, outcome('expired')], detectedAgo: 9, gauges })))).toContain(
      'no-replicas',
    );
  });

  it('says nothing about replicas while the machine starves', () => {
    const records = Array.from({ length: 10 }, () => unanswered(1900));
    const host = { pressure: { cpu: 1 }, stretch: 6 };
    expect(causes(judge(snapshotOf({ detectedAgo: 7, records, host })))).toEqual(['cpu']);
  });
});

describe('where frames would go', () => {
  it('is named where the queue is missing, or the binding', () => {
    expect(judge(snapshotOf({ broker: { missingQueue: 'frame_queue', consumers: 0 }, endedAgo: 20 }))).toEqual([
      expect.objectContaining({
        cause: 'topology',
        severity: 'critical',
        message: expect.stringContaining('frame_queue'),
      }),
    ]);
    const shed = Array.from({ length: 4 }, () => outcome('shed', { reason_code: 'unroutable' }));
    expect(judge(snapshotOf({ records: shed }))).toEqual([
      expect.objectContaining({ cause: 'topology', message: expect.stringContaining('binding') }),
    ]);
  });
});
