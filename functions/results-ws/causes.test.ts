import type { Cause, ResultRecord } from '@framewire/contract';
import { cause } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { type Found, judge, RULES } from './causes.ts';
import { type Case, camera, factsOf, many, NOW, outcome } from './facts-for-tests.ts';

const causes = (found: Found[]) => found.map(({ cause }) => cause);
const first = (...args: Parameters<typeof factsOf>) => judge(factsOf(...args))[0];

describe('all is well', () => {
  it('where frames come and are detected', () => {
    expect(judge(factsOf())).toEqual([]);
  });

  it('where a few frames are slow, late or bad, and where nobody sends', () => {
    const some = [...many({}, 40), ...many({ queue: 900 }, 8), outcome('expired'), outcome('rejected')];
    expect(judge(factsOf({ records: some }))).toEqual([]);
    expect(judge(factsOf({ records: [], cameras: [], detectedAgo: 500, endedAgo: 500 }))).toEqual([]);
    // a burst that was let go within a second
    const burst = Array.from({ length: 30 }, () => outcome('shed', { timestamp: NOW - 2 }));
    expect(judge(factsOf({ records: [...many({}, 40), ...burst] }))).toEqual([]);
  });

  it('where detection waits for a CPU and nobody is the worse for it', () => {
    expect(judge(factsOf({ records: many({ detect: 40, cpu: 15, run_queue: 28 }) }))).toEqual([]);
    expect(judge(factsOf({ records: many({ cpu_pressure: 0.95, io_pressure: 0.6 }) }))).toEqual([]);
  });

  it('where so few frames came that no mean of theirs is worth a word', () => {
    const few = { detect: 6, cpu: 4.8, run_queue: 2.1, cpu_pressure: 0.9, memory_pressure: 0.4 };
    expect(judge(factsOf({ records: many(few, 4) }))).toEqual([]);
  });

  it('where replicas have enough to do, and frames do not wait', () => {
    expect(judge(factsOf({ records: many({ detect: 140 }) }))).toEqual([]);
  });
});

describe('a part that is away', () => {
  it.each<[string, Cause, RegExp, Parameters<typeof factsOf>[0]]>([
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
      { broker: { problem: 'the broker takes no messages: low on memory' } },
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
        records: [outcome('expired', { reason: 'its deadline passed 2 ms ago: the gateway is away: ECONNREFUSED' })],
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
      /^No replica of detect-faces answers: 503: no replica of detect-faces is ready\.$/,
      {
        detectedAgo: 3,
        records: [
          outcome('expired', { reason: 'its deadline passed 1 ms ago: 503: no replica of detect-faces is ready' }),
        ],
      },
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
      /no answer within 1990 ms\.$/,
      {
        detectedAgo: 4,
        records: [outcome('expired', { reason: 'its deadline passed 1 ms ago: no answer within 1990 ms' })],
      },
    ],
  ])('%s', (_, cause, words, some) => {
    const found = judge(factsOf(some))[0]!;
    expect(found).toMatchObject({ cause, tone: 'bad', words: expect.stringMatching(words) });
  });

  it('is not the gateway or the replicas while frames are detected', () => {
    expect(judge(factsOf({ gateway: 'the gateway cannot be reached', detectedAgo: 0.2 }))).toEqual([]);
    const one = outcome('expired', { reason: 'its deadline passed 1 ms ago: no answer within 1990 ms' });
    expect(judge(factsOf({ detectedAgo: 0.2, records: [...many({}, 40), one] }))).toEqual([]);
  });

  it('explains what follows from it', () => {
    const all = factsOf({
      broker: { problem: 'ECONNREFUSED', consumers: 0 },
      gateway: 'away',
      detectedAgo: 60,
      endedAgo: 60,
      records: [],
      cameras: [camera('door', { source_silent: true })],
      paces: new Map([['door', { present: 0, usual: 10, silent: 60 }]]),
    });
    expect(causes(judge(all))).toEqual(['broker']);
  });
});

describe('a resource that is short', () => {
  it.each<[Cause, Case, RegExp]>([
    [
      'cpu',
      { detect: 300, cpu: 100, run_queue: 200 },
      /^CPU is short: detection waits for one 66 % of its time at one\./,
    ],
    ['cpu', { detect: 200, cpu: 150, run_queue: 50, cpu_pressure: 0.9 }, /25 % of its time/],
    ['cpu', { detect: 6, cpu: 4.8, run_queue: 2.1, cpu_pressure: 0.8 }, /^CPU is short: detection waits/],
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
    expect(causes(judge(factsOf({ records: many({ detect: 60, cpu: 10, run_queue: 52 }) })))).toEqual(['cpu']);
    expect(judge(factsOf({ records: many({ detect: 30, cpu: 5, run_queue: 28 }) }))).toEqual([]);
  });

  it('is not the CPU where a frame spends its time elsewhere', () => {
    const records = many({ gateway: 500, detect: 100, cpu: 40, run_queue: 60 });
    expect(causes(judge(factsOf({ records })))).toEqual(['gateway']);
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
    expect(causes(judge(factsOf({ records })))).not.toContain('memory');
  });
});

describe('what is slow otherwise', () => {
  it.each<[Cause, Case, Parameters<typeof factsOf>[0], RegExp]>([
    [
      'replicas',
      { queue: 300, wait: 100, detect: 140 },
      {},
      /^Replicas are too few: frames wait 7\d % of their time for the only one, which is busy 95 %/,
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
    expect(causes(judge(factsOf({ records: many({ gateway: 500, hold: 200, queue: 100 }) })))).toEqual(['gateway']);
  });

  it('is too few replicas where frames are let go all the time', () => {
    const shed = [0, 1, 2, 3, 4, 5].map((n) => outcome('shed', { timestamp: NOW - n - 0.5, shed: [[1, 10]] }));
    const found = first({ records: [...many({ wait: 50, detect: 90 }, 60), ...shed] });
    expect(found).toMatchObject({ cause: 'replicas', words: expect.stringContaining('11 frames/s are let go') });
  });

  it('is no lack of replicas where the CPU is short: they would not help', () => {
    const records = many({ detect: 300, cpu: 100, run_queue: 200, queue: 400 });
    const found = judge(factsOf({ records }));
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
    expect(judge(factsOf({ cameras }))).toEqual([
      expect.objectContaining({
        cause: 'camera-offline',
        tone: 'warn',
        camera_id: 'door',
        words: 'Camera door is offline: Connection refused.',
      }),
    ]);
    expect(first({ cameras: cameras.slice(0, 1) })?.tone).toBe('bad');
  });

  it.each<[string, RegExp, { present: number; usual: number | undefined; silent: number }]>([
    ['silent', /said to be online, and has sent nothing for 8 s\.$/, { present: 0, usual: 10, silent: 8 }],
    ['slow', /is slow: 2 frames\/s instead of 10\.$/, { present: 2, usual: 10, silent: 0.4 }],
  ])('is %s', (_, words, pace) => {
    const paces = new Map([['door', pace]]);
    expect(first({ cameras: [camera('door')], paces })).toMatchObject({
      cause: 'camera-silent',
      camera_id: 'door',
      words: expect.stringMatching(words),
    });
    // nothing could have been heard of it yet
    expect(judge(factsOf({ cameras: [camera('door')], paces, broker: { listening: 3 } }))).toEqual([]);
  });

  it('may send seldom, or post when it likes', () => {
    const paces = new Map([
      ['door', { present: 0.1, usual: 0.2, silent: 12 }],
      ['phone', { present: 0, usual: 5, silent: 600 }],
    ]);
    expect(judge(factsOf({ cameras: [camera('door'), camera('phone', { source: undefined })], paces }))).toEqual([]);
  });

  it('sends bad pictures', () => {
    const bad = Array.from({ length: 6 }, () => outcome('rejected', { camera_id: 'door', reason: 'not a JPEG' }));
    const good = many({}, 6).map((record) => ({ ...record, camera_id: 'door' }));
    const rest = many({}, 100).map((record) => ({ ...record, camera_id: 'yard' }));
    const found = judge(factsOf({ records: [...bad, ...good, ...rest] as ResultRecord[] }));
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
    const reason = 'its deadline passed 3 ms ago: 500: the worker failed';
    const bad = Array.from({ length: 10 }, () => outcome('expired', { reason }));
    expect(first({ records: [...many({}, 30), ...bad] })).toMatchObject({
      cause: 'failing',
      words: 'Detection fails for 25 % of the frames: 500: the worker failed.',
    });
  });

  it('frames without an outcome, while that is news', () => {
    const missing = [1, 2].map((seq) => ({ camera_id: 'door', source: 's', seq, since: NOW - 40 }));
    expect(first({ missing })).toMatchObject({
      cause: 'unaccounted',
      tone: 'bad',
      words: expect.stringMatching(/^2 frames/),
    });
    expect(judge(factsOf({ missing: missing.map((one) => ({ ...one, since: NOW - 3_600 })) }))).toEqual([]);
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
      words: 'There are no numbers: Prometheus cannot be reached: ECONNREFUSED.',
    });
  });
});

it('every cause has its rule, in the order in which one explains another', () => {
  expect(RULES.map((rule) => rule.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))).toEqual(
    cause.options,
  );
});
