import type { CameraRecord, ResultRecord } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createCameras } from './cameras.ts';

const T = 1_700_000_000;

function setUp() {
  let now = T * 1000;
  const cameras = createCameras(() => now);
  const result = (more: Partial<ResultRecord> = {}) =>
    cameras.result({
      camera_id: 'door',
      topic: 'faces',
      outcome: 'detected',
      timestamp: now / 1000,
      original_timestamp: T,
      ...more,
    } as ResultRecord);
  const source = (more: Partial<CameraRecord> = {}) =>
    cameras.camera({ camera_id: 'door', state: 'online', since: T, timestamp: now / 1000, restarts: 0, ...more });
  return {
    cameras,
    result,
    source,
    pass(seconds: number) {
      now += seconds * 1000;
    },
  };
}

describe('cameras', () => {
  it('are sent when they change, and once when they are forgotten', () => {
    const { cameras, result, source } = setUp();
    source();
    result();
    expect(cameras.takeChanged().map(({ camera_id }) => camera_id)).toEqual(['door']);
    expect(cameras.takeChanged()).toEqual([]);
    source({ state: 'offline', reason: 'refused' });
    expect(cameras.takeChanged()[0]?.source).toMatchObject({ state: 'offline', reason: 'refused' });
    source({ state: 'removed' });
    expect(cameras.takeChanged()[0]?.source?.state).toBe('removed');
    expect([cameras.takeChanged(), cameras.views()]).toEqual([[], []]);
  });

  it('that were taken out stay out, whatever becomes of their last frames, until new ones come', () => {
    const { cameras, result, source, pass } = setUp();
    source();
    pass(2);
    source({ state: 'removed', since: T + 2 });
    result({ original_timestamp: T + 1.9 });
    expect(cameras.views()).toEqual([]);
    result({ original_timestamp: T + 2.1 });
    expect(cameras.views()).toHaveLength(1);
  });

  it('with several topics have the rate of the fastest, and each apart', () => {
    const { cameras, result, pass } = setUp();
    for (let second = 0; second < 20; second++) {
      for (let n = 0; n < 7; n++) result();
      for (let n = 0; n < 2; n++) result({ topic: 'objects', shed: [[1, 1]] });
      pass(1);
    }
    const [view] = cameras.views();
    expect(view).toMatchObject({ rate: 7, outcomes: { detected: 180, shed: 40 } });
    expect(view!.topics).toEqual({
      faces: { rate: 7, outcomes: { detected: 140 }, last_frame: T },
      objects: { rate: 2, outcomes: { detected: 40, shed: 40 }, last_frame: T },
    });
    // their number is bounded, whatever the topics of records say
    for (let n = 0; n < 100; n++) result({ topic: `t${n}` });
    expect(Object.keys(cameras.views()[0]!.topics!).length).toBeLessThanOrEqual(16);
  });

  it('that send to faces alone are as they were before there were topics', () => {
    const { cameras, result } = setUp();
    result();
    expect(cameras.views()[0]).not.toHaveProperty('topics');
  });

  it('have a rate of what was detected, over 10 s', () => {
    const { cameras, result, pass } = setUp();
    for (let second = 0; second < 20; second++) {
      for (let n = 0; n < 7; n++) result();
      result({ outcome: 'expired' });
      pass(1);
    }
    expect(cameras.views()[0]).toMatchObject({ rate: 7, outcomes: { detected: 140, expired: 20 } });
    pass(11);
    expect(cameras.views()[0]?.rate).toBe(0);
  });

  it('are silent when their connector gives no sign of life', () => {
    const { cameras, source, pass } = setUp();
    source();
    expect(cameras.views()[0]?.source_silent).toBe(false);
    pass(26);
    expect(cameras.views()[0]?.source_silent).toBe(true);
    source({ state: 'ended' });
    pass(26);
    expect(cameras.views()[0]?.source_silent).toBe(false);
  });

  it('without a connector are forgotten an hour after their last frame', () => {
    const { cameras, result, pass } = setUp();
    result();
    cameras.takeChanged();
    pass(3601);
    expect(cameras.takeChanged()[0]?.source?.state).toBe('removed');
    expect(cameras.views()).toEqual([]);
  });

  it('are bounded: of those that only post the one that was silent for longest goes, and none that a connector reads', () => {
    const { cameras, result, source } = setUp();
    source();
    cameras.takeChanged();
    for (let n = 0; n < 10_000; n++) result({ camera_id: `id-${n}` });
    const ids = cameras.views().map(({ camera_id }) => camera_id);
    expect(ids).toHaveLength(1_001);
    expect(ids).toContain('door');
    expect(ids).toContain('id-9999');
    expect(cameras.takeChanged()).toHaveLength(1_000);
    for (let n = 0; n < 10; n++) result({ camera_id: `more-${n}` });
    const changed = cameras.takeChanged();
    expect(changed.filter(({ source }) => source?.state === 'removed')).toHaveLength(10);
  });

  it('are looked at only where something came, or time alone changes their view', () => {
    const { cameras, result, source, pass } = setUp();
    for (let n = 0; n < 100; n++) source({ camera_id: `id-${n}` });
    result({ camera_id: 'id-7' });
    expect(cameras.takeChanged()).toHaveLength(100);
    pass(1);
    expect(cameras.takeChanged().map(({ camera_id }) => camera_id)).toEqual(['id-7']);
    pass(30);
    const silent = cameras.takeChanged();
    expect(silent.filter((view) => view.source_silent)).toHaveLength(100);
    expect(silent.find(({ camera_id }) => camera_id === 'id-7')?.rate).toBe(0);
    pass(30);
    expect(cameras.takeChanged()).toEqual([]);
  });

  it('say whether a sign of life is news', () => {
    const { source } = setUp();
    expect([source(), source(), source({ state: 'offline', since: T + 1 }), source({ state: 'removed' })]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(source({ state: 'removed' })).toBe(false);
  });
});
