import type { Cause, ResultRecord } from '@framewire/contract';
import { cause } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { type Case, camera, many, NOW, outcome, snapshotOf } from '../../testing/snapshot.ts';
import { explains } from './explain.ts';
import { judge as judgeAll, RULES, type RuleFinding } from './rules.ts';

/** What is found and follows from nothing else that is found. */
function judge(snapshot: Parameters<typeof judgeAll>[0], stretch = 1): RuleFinding[] {
  const found = judgeAll(snapshot, (rule, error) => {
    throw new Error(`${rule} throws`, { cause: error });
  });
  return found.filter(({ cause }) => !found.some((other) => explains(other.cause, cause, stretch)));
}
const causes = (found: RuleFinding[]) => found.map(({ cause }) => cause);
const first = (...args: Parameters<typeof snapshotOf>) => judge(snapshotOf(...args))[0];

describe('all is well', () => {
  it('where frames come and are detected', () => {
    expect(judge(snapshotOf())).toEqual([]);
  });

  it('where a few frames are slow, late or bad, and where nobody sends', () => {
    const some = [...many({}, 40), ...many({ queue: 900 }, 8), outcome('expired'), outcome('rejected')];
    expect(judge(snapshotOf({ records: some }))).toEqual([]);
    expect(judge(snapshotOf({ records: [], cameras: [], detectedAgo: 500, endedAgo: 500 }))).toEqual([]);
    // a burst that was let go within a second
    const burst = Array.from({ length: 30 }, () => outcome('shed', { timestamp: NOW - 2 }));
    expect(judge(snapshotOf({ records: [...many({}, 40), ...burst] }))).toEqual([]);
  });

  it('where detection waits for a CPU and nobody is the worse for it', () => {
    expect(judge(snapshotOf({ records: many({ detect: 40, cpu: 15, run_queue: 28 }) }))).toEqual([]);
    expect(judge(snapshotOf({ records: many({ cpu_pressure: 0.95, io_pressure: 0.6 }) }))).toEqual([]);
  });

  it('where so few frames came that no mean of theirs is worth a word', () => {
    const few = { detect: 6, cpu: 4.8, run_queue: 2.1, cpu_pressure: 0.9, memory_pressure: 0.4 };
    expect(judge(snapshotOf({ records: many(few, 4) }))).toEqual([]);
  });

  it('where replicas have enough to do, and frames do not wait', () => {
    expect(judge(snapshotOf({ records: many({ detect: 140 }) }))).toEqual([]);
  });
});

/** A live frame whose function had so many milliseconds until its deadline, and gave no answer. */
const unanswered = (ms: number) =>
  outcome('expired', {
    reason_code: 'deadline_in_function',
    stages: { invoked_at: NOW * 1000 - 1000 - ms, answered_at: NOW * 1000 - 1000 },
  });

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
      'gateway-away',
      /^Detection is away: the gateway cannot be reached\.$/,
      { gateway: 'the gateway cannot be reached', detectedAgo: 3 },
    ],
    [
      'the gateway, as the connector sees it',
      'gateway-away',
      /the connector cannot reach the gateway/,
      {
        detectedAgo: 3,
        records: [outcome('expired', { reason_code: 'gateway_unreachable' })],
      },
    ],
    ['the connector', 'connector', /^Nobody takes frames/, { broker: { consumers: 0, waiting: 30 } }],
    [
      'a connector that hangs',
      'connector',
      /^Frames wait, and none has ended for 6 s\.$/,
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
    expect(found).toMatchObject({ cause, tone: 'bad', words: expect.stringMatching(words) });
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
      baselines: new Map([['door', { present: 0, usual: 10, silent: 60 }]]),
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
    ['the gateway', 'gateway-away', /the gateway has not answered for 8 s\.$/, 'gateway'],
    ['ingest-frame', 'ingest', /^ingest-frame has not answered/, 'ingest-frame'],
    ['another results-ws', 'results', /^results-ws-2 has not answered/, 'results-ws-2'],
  ])('%s is named as itself', (_, cause, words, instance) => {
    const job = instance.replace(/-\d$/, '');
    const found = judge(snapshotOf({ silent: [silent(job, instance)] }));
    expect(found).toEqual([expect.objectContaining({ cause, words: expect.stringMatching(words) })]);
    // it may only be slow: what has to wait for a CPU is given time
    const slow = { pressure: { cpu: 0.8 }, stretch: 2.5 };
    expect(judge(snapshotOf({ silent: [silent(job, instance)], machine: slow }))).toEqual([]);
  });

  it('a worker is named by its replica', () => {
    const stuck = { node_id: 'detect-faces-1', seconds: 5 };
    expect(judge(snapshotOf({ gauges: { replicas: 2, stuck } }))).toEqual([
      expect.objectContaining({
        cause: 'replica',
        node_id: 'detect-faces-1',
        words: 'A worker of detect-faces-1 has been at one frame for 5 s: it hangs.',
      }),
    ]);
    expect(judge(snapshotOf({ gauges: { stuck: { ...stuck, seconds: 0.4 } } }))).toEqual([]);
  });

  it('explains its cameras', () => {
    const ids = Array.from({ length: 30 }, (_, n) => `c${n}`);
    const baselines = new Map(ids.map((id) => [id, { present: 0, usual: 10, silent: 20 }]));
    const cameras = ids.map((id) => camera(id));
    expect(causes(judge(snapshotOf({ cameras, baselines, silent: [silent('camera')] })))).toEqual(['camera-connector']);
    // and by themselves they are one line
    expect(judge(snapshotOf({ cameras, baselines }))).toEqual([
      expect.objectContaining({
        cause: 'camera-silent',
        words: '30 cameras send nothing or too little: c0, c1 and 28 more.',
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
    const told = (http_status: number, function_code: string) =>
      Array.from({ length: 10 }, () =>
        outcome('expired', { reason_code: 'function_error', http_status, function_code }),
      );
    const own = [...told(503, 'no_worker'), ...told(504, 'time_limit')];
    expect(judge(snapshotOf({ detectedAgo: 9, records: own }))).toEqual([
      expect.objectContaining({ cause: 'failing', words: expect.stringContaining('504 (time_limit)') }),
    ]);
  });

  it('says nothing about replicas while the machine starves', () => {
    const records = Array.from({ length: 10 }, () => unanswered(1900));
    const machine = { pressure: { cpu: 1 }, stretch: 6 };
    expect(causes(judge(snapshotOf({ detectedAgo: 7, records, machine })))).toEqual(['cpu']);
  });
});

describe('where frames would go', () => {
  it('is named where the queue is missing, or the binding', () => {
    expect(judge(snapshotOf({ broker: { missingQueue: 'frame_queue', consumers: 0 }, endedAgo: 20 }))).toEqual([
      expect.objectContaining({ cause: 'topology', tone: 'bad', words: expect.stringContaining('frame_queue') }),
    ]);
    const shed = Array.from({ length: 4 }, () => outcome('shed', { reason_code: 'unroutable' }));
    expect(judge(snapshotOf({ records: shed }))).toEqual([
      expect.objectContaining({ cause: 'topology', words: expect.stringContaining('binding') }),
    ]);
  });
});

describe('a clock', () => {
  const by = (ms: number, camera_id: string) =>
    many({}, 10).map((record) => {
      const { captured_at, published_at } = record.stages;
      const stages = { ...record.stages, captured_at: captured_at! + ms, published_at: published_at! + ms };
      return { ...record, camera_id, stages, original_timestamp: record.original_timestamp + ms / 1000 };
    });

  it('of one producer that is minutes behind or ahead is named, and not the queue', () => {
    const found = judge(snapshotOf({ records: [...by(-180_000, 'door'), ...by(0, 'yard')] }));
    expect(found).toEqual([
      expect.objectContaining({
        cause: 'clock',
        camera_id: 'door',
        words: 'The clock of the producer of camera door is 180 s behind.',
      }),
    ]);
    expect(judge(snapshotOf({ records: by(240_000, 'door') }))).toEqual([
      expect.objectContaining({ cause: 'clock', words: expect.stringContaining('240 s ahead') }),
    ]);
  });

  it('is named by what the connector found of it', () => {
    const found = many({}, 10).map((record) => ({ ...record, stages: { ...record.stages, clock_offset: -120_000 } }));
    expect(judge(snapshotOf({ records: found }))).toEqual([
      expect.objectContaining({ cause: 'clock', words: expect.stringContaining('120 s behind') }),
    ]);
  });

  it('is named by the code of its frames too', () => {
    const skewed = Array.from({ length: 3 }, () =>
      outcome('expired', { reason_code: 'clock_skew', camera_id: 'door' }),
    );
    expect(judge(snapshotOf({ records: [...many({}), ...skewed] }))).toEqual([
      expect.objectContaining({ cause: 'clock', words: 'The clock of the producer of camera door is off.' }),
    ]);
  });

  it('is no matter of a queue that is long', () => {
    const records = many({ queue: 12_000 });
    expect(causes(judge(snapshotOf({ records, broker: { waiting: 300 } })))).not.toContain('clock');
  });
});

describe('a resource that is short', () => {
  it.each<[Cause, Case, RegExp]>([
    [
      'cpu',
      { detect: 300, cpu: 100, run_queue: 200 },
      /^Not enough CPU: detection waits for one 66 % of its time at one\./,
    ],
    ['cpu', { detect: 200, cpu: 150, run_queue: 50, cpu_pressure: 0.9 }, /25 % of its time/],
    ['cpu', { detect: 6, cpu: 4.8, run_queue: 2.1, cpu_pressure: 0.8 }, /^Not enough CPU: detection waits/],
    ['memory', { detect: 8, cpu: 5.5, memory_pressure: 0.2 }, /stand still for it 20 % of the time/],
    ['memory', { detect: 300, cpu: 50, run_queue: 10, major_faults: 40 }, /one fetches 40 pages from disk/],
    ['memory', { detect: 300, cpu: 290, memory_pressure: 0.4 }, /stand still for it 40 % of the time/],
    ['io', { detect: 300, cpu: 50, run_queue: 10 }, /stands still 80 % of its time/],
    ['io', { queue: 300, io_pressure: 0.5 }, /^Disk is slow: .* 50 % of the time\.$/],
  ])('%s: %j', (cause, some, words) => {
    const found = first({ records: many(some) })!;
    expect(found).toMatchObject({ cause, tone: 'warn', node_id: 'one', words: expect.stringMatching(words) });
    expect(found.evidence.length).toBeGreaterThan(1);
    const beyond = found.evidence.filter(({ value, limit }) => limit !== undefined && value >= limit);
    expect(beyond.length).toBeGreaterThan(0);
  });

  it('is the CPU, well before frames are late, where detectors hardly do anything but wait for one', () => {
    expect(causes(judge(snapshotOf({ records: many({ detect: 60, cpu: 10, run_queue: 52 }) })))).toEqual(['cpu']);
    expect(judge(snapshotOf({ records: many({ detect: 30, cpu: 5, run_queue: 28 }) }))).toEqual([]);
  });

  it('is not the CPU where a frame spends its time elsewhere', () => {
    const records = many({ gateway: 500, detect: 100, cpu: 40, run_queue: 60 });
    expect(causes(judge(snapshotOf({ records })))).toEqual(['gateway']);
  });

  it('is the CPU of the machine here where hardly a frame gets through that could tell', () => {
    const machine = { pressure: { cpu: 0.97 }, stretch: 12 };
    expect(judge(snapshotOf({ records: [], detectedAgo: 9, machine }))).toEqual([
      expect.objectContaining({ cause: 'cpu', words: expect.stringContaining('12 times as long') }),
    ]);
  });

  it('is told of the replica that has least of it', () => {
    const records = [
      ...many({ node_id: 'a', detect: 200 }, 20),
      ...many({ node_id: 'b', detect: 400, cpu: 40, run_queue: 360 }, 20),
    ];
    expect(first({ records })).toMatchObject({
      cause: 'cpu',
      node_id: 'b',
      words: expect.stringContaining('at 1 of 2 replicas, most at b'),
    });
  });

  it('is not memory for the first frames of a replica that has just come', () => {
    const records = [...many({ detect: 200 }, 40), ...many({ detect: 200, major_faults: 300 }, 2)];
    expect(causes(judge(snapshotOf({ records })))).not.toContain('memory');
  });
});

describe('what is slow otherwise', () => {
  it.each<[Cause, Case, Parameters<typeof snapshotOf>[0], RegExp]>([
    [
      'replicas',
      { queue: 300, wait: 100, detect: 140 },
      {},
      /^Not enough replicas: frames wait 7\d % of their time for the only one, which is busy 95 %/,
    ],
    ['detector', { detect: 400 }, {}, /^The detector is heavy: 403 ms for a frame/],
    ['gateway', { gateway: 400 }, {}, /^The hop through the gateway takes 400 ms/],
    [
      'broker-slow',
      { queue: 400 },
      {},
      /^The broker is slow: a frame takes 400 ms through its queue, though replicas are free\.$/,
    ],
    ['broker-slow', {}, { broker: { answer: 240 } }, /^The broker is slow: it takes 240 ms to answer\.$/],
    ['broker-slow', { publish: 300 }, { gauges: { confirm: 0.4 } }, /it takes 400 ms to confirm/],
    ['producer', { publish: 400 }, {}, /^Producers take 400 ms/],
  ])('%s: %j %j', (cause, some, more, words) => {
    const found = first({ records: many(some), ...more });
    expect(found).toMatchObject({ cause, words: expect.stringMatching(words) });
  });

  it('is the hop, not the replicas, where frames wait for those that are on their way', () => {
    expect(causes(judge(snapshotOf({ records: many({ gateway: 500, hold: 200, queue: 100 }) })))).toEqual(['gateway']);
  });

  it('is too few replicas where frames are let go all the time', () => {
    const shed = [0, 1, 2, 3, 4, 5].map((n) => outcome('shed', { timestamp: NOW - n - 0.5, shed: [[1, 10]] }));
    const found = first({ records: [...many({ wait: 50, detect: 90 }, 60), ...shed] });
    expect(found).toMatchObject({ cause: 'replicas', words: expect.stringContaining('11 frames/s are let go') });
  });

  it('is no lack of replicas where the CPU is short: they would not help', () => {
    const records = many({ detect: 300, cpu: 100, run_queue: 200, queue: 400 });
    const found = judge(snapshotOf({ records }));
    expect(causes(found)).toEqual(['cpu']);
    expect(found[0]!.advice).toMatch(/^More replicas on that machine will not help/);
  });
});

describe('one camera', () => {
  it('is offline, and the rest is not', () => {
    const cameras = [
      camera('door', { source: { state: 'offline', since: NOW - 60, reason: 'Connection refused' } }),
      camera('yard'),
    ];
    expect(judge(snapshotOf({ cameras }))).toEqual([
      expect.objectContaining({
        cause: 'camera-offline',
        tone: 'warn',
        camera_id: 'door',
        words: 'Camera door is offline: Connection refused.',
      }),
    ]);
    expect(first({ cameras: cameras.slice(0, 1) })?.tone).toBe('bad');
    // beside a machine that is short of CPU it is a matter of its own, unless that could not have opened any
    const machine = { pressure: { cpu: 0.97 }, stretch: 3.5 };
    expect(causes(judge(snapshotOf({ cameras, machine }), 3.5))).toEqual(['cpu', 'camera-offline']);
    expect(causes(judge(snapshotOf({ cameras, machine }), 5))).toEqual(['cpu']);
  });

  it.each<[string, RegExp, { present: number; usual: number | undefined; silent: number }]>([
    ['silent', /said to be online, and has sent nothing for 8 s\.$/, { present: 0, usual: 10, silent: 8 }],
    ['slow', /is slow: 2 frames\/s instead of 10\.$/, { present: 2, usual: 10, silent: 0.4 }],
  ])('is %s', (_, words, pace) => {
    const baselines = new Map([['door', pace]]);
    expect(first({ cameras: [camera('door')], baselines })).toMatchObject({
      cause: 'camera-silent',
      camera_id: 'door',
      words: expect.stringMatching(words),
    });
    // nothing could have been heard of it yet
    expect(judge(snapshotOf({ cameras: [camera('door')], baselines, broker: { listening: 3 } }))).toEqual([]);
  });

  it('that is open and sends nothing is silent, which a machine without CPU explains', () => {
    const source = { state: 'offline', since: NOW - 9, reason: 'no frames for 5 s', reason_code: 'no_frames' } as const;
    const cameras = [camera('door', { source })];
    expect(judge(snapshotOf({ cameras }))).toEqual([
      expect.objectContaining({ cause: 'camera-silent', words: 'Camera door is offline: no frames for 5 s.' }),
    ]);
    const machine = { pressure: { cpu: 0.97 }, stretch: 6 };
    expect(causes(judge(snapshotOf({ cameras, machine })))).toEqual(['cpu']);
  });

  it('may send seldom, or post when it likes', () => {
    const baselines = new Map([
      ['door', { present: 0.1, usual: 0.2, silent: 12 }],
      ['phone', { present: 0, usual: 5, silent: 600 }],
    ]);
    expect(judge(snapshotOf({ cameras: [camera('door'), camera('phone', { source: undefined })], baselines }))).toEqual(
      [],
    );
  });

  it('sends bad pictures', () => {
    const bad = Array.from({ length: 6 }, () => outcome('rejected', { camera_id: 'door', reason: 'not a JPEG' }));
    const good = many({}, 6).map((record) => ({ ...record, camera_id: 'door' }));
    const rest = many({}, 100).map((record) => ({ ...record, camera_id: 'yard' }));
    const found = judge(snapshotOf({ records: [...bad, ...good, ...rest] as ResultRecord[] }));
    expect(found).toEqual([
      expect.objectContaining({
        cause: 'pictures',
        camera_id: 'door',
        words: '50 % of the pictures of camera door are bad: not a JPEG.',
      }),
    ]);
  });
});

describe('the rest', () => {
  it('frames that are given up', () => {
    const why = { reason_code: 'function_error', http_status: 500, function_code: 'worker_died' } as const;
    const bad = Array.from({ length: 10 }, () => outcome('expired', why));
    expect(first({ records: [...many({}, 30), ...bad] })).toMatchObject({
      cause: 'failing',
      words: 'Detection fails for 25 % of the frames: it answers 500 (worker_died).',
    });
  });

  it('frames without an outcome, while that is news', () => {
    const missing = [1, 2].map((seq) => ({ camera_id: 'door', source: 's', seq, since: NOW - 40 }));
    expect(first({ missing })).toMatchObject({
      cause: 'unaccounted',
      tone: 'bad',
      words: expect.stringMatching(/^2 frames/),
    });
    expect(judge(snapshotOf({ missing: missing.map((one) => ({ ...one, since: NOW - 3_600 })) }))).toEqual([]);
  });

  it('a slow viewer', () => {
    expect(first({ viewers: { count: 3, slow: 1, skipped: 0.8 } })).toMatchObject({
      cause: 'viewer',
      words: '1 of 3 viewers is too slow for the pictures: 80 % are skipped.',
    });
  });

  it('no Prometheus', () => {
    expect(first({ gauges: { problem: 'Prometheus cannot be reached: ECONNREFUSED' } })).toMatchObject({
      cause: 'metrics',
      words: 'No metrics: Prometheus cannot be reached: ECONNREFUSED.',
    });
  });
});

it('every cause has its rule', () => {
  expect(Object.keys(RULES)).toEqual(cause.options);
});

it('nothing explains itself by way of others', () => {
  for (const stretch of [1, 5, 20])
    for (const first of cause.options) {
      const seen = new Set<Cause>();
      const follow = (name: Cause) => {
        for (const next of cause.options.filter((other) => explains(name, other, stretch))) {
          expect(next, `${first} explains ${name}`).not.toBe(first);
          if (!seen.has(next)) {
            seen.add(next);
            follow(next);
          }
        }
      };
      follow(first);
    }
});
