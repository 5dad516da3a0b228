import type { ResultRecord } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { causes, first, judge } from '../../testing/rules.ts';
import { camera, many, NOW, outcome, snapshotOf } from '../../testing/snapshot.ts';

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
        message: 'The clock of the producer of camera door is 180 s behind.',
      }),
    ]);
    expect(judge(snapshotOf({ records: by(240_000, 'door') }))).toEqual([
      expect.objectContaining({ cause: 'clock', message: expect.stringContaining('240 s ahead') }),
    ]);
  });

  it('is named by what the connector found of it', () => {
    const found = many({}, 10).map((record) => ({ ...record, stages: { ...record.stages, clock_offset: -120_000 } }));
    expect(judge(snapshotOf({ records: found }))).toEqual([
      expect.objectContaining({ cause: 'clock', message: expect.stringContaining('120 s behind') }),
    ]);
  });

  it('is named by the code of its frames too', () => {
    const skewed = Array.from({ length: 3 }, () =>
      outcome('expired', { reason_code: 'clock_skew', camera_id: 'door' }),
    );
    expect(judge(snapshotOf({ records: [...many({}), ...skewed] }))).toEqual([
      expect.objectContaining({ cause: 'clock', message: 'The clock of the producer of camera door is off.' }),
    ]);
  });

  it('is no matter of a queue that is long', () => {
    const records = many({ queue: 12_000 });
    expect(causes(judge(snapshotOf({ records, broker: { waiting: 300 } })))).not.toContain('clock');
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
        severity: 'warning',
        camera_id: 'door',
        message: 'Camera door is offline: Connection refused.',
      }),
    ]);
    expect(first({ cameras: cameras.slice(0, 1) })?.severity).toBe('critical');
    // beside a machine that is short of CPU it is a matter of its own, unless that could not have opened any
    const host = { pressure: { cpu: 0.97 }, stretch: 3.5 };
    const late = { state: 'offline', since: NOW - 60, reason: 'no answer', reason_code: 'timeout' } as const;
    const timedOut = [camera('door', { source: late }), camera('yard')];
    expect(causes(judge(snapshotOf({ cameras: timedOut, host }), 3.5))).toEqual(['cpu', 'camera-offline']);
    expect(causes(judge(snapshotOf({ cameras: timedOut, host }), 5))).toEqual(['cpu']);
    // one that refuses at once does so on any machine
    expect(causes(judge(snapshotOf({ cameras, host }), 5))).toEqual(['cpu', 'camera-offline']);
  });

  it.each<[string, RegExp, { current: number; expected: number | undefined; silent: number }]>([
    ['silent', /said to be online, and has sent nothing for 8 s\.$/, { current: 0, expected: 10, silent: 8 }],
    ['slow', /is slow: 2 frames\/s instead of 10\.$/, { current: 2, expected: 10, silent: 0.4 }],
  ])('is %s', (_, words, baseline) => {
    const baselines = new Map([['door', baseline]]);
    expect(first({ cameras: [camera('door')], baselines })).toMatchObject({
      cause: 'camera-silent',
      camera_id: 'door',
      message: expect.stringMatching(words),
    });
    // nothing could have been heard of it yet
    expect(judge(snapshotOf({ cameras: [camera('door')], baselines, broker: { listening: 3 } }))).toEqual([]);
  });

  it('that is open and sends nothing is silent, which a machine without CPU explains', () => {
    const source = { state: 'offline', since: NOW - 9, reason: 'no frames for 5 s', reason_code: 'no_frames' } as const;
    const cameras = [camera('door', { source })];
    expect(judge(snapshotOf({ cameras }))).toEqual([
      expect.objectContaining({ cause: 'camera-silent', message: 'Camera door is offline: no frames for 5 s.' }),
    ]);
    const host = { pressure: { cpu: 0.97 }, stretch: 6 };
    expect(causes(judge(snapshotOf({ cameras, host })))).toEqual(['cpu']);
  });

  it('may send seldom, or post when it likes', () => {
    const baselines = new Map([
      ['door', { current: 0.1, expected: 0.2, silent: 12 }],
      ['phone', { current: 0, expected: 5, silent: 600 }],
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
        cause: 'bad-frames',
        camera_id: 'door',
        message: '50 % of the pictures of camera door are bad: not a JPEG.',
      }),
    ]);
  });
});
