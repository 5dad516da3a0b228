import type { CameraView, ResultRecord } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { record } from '../testing/facts.ts';
import { TopicFrames } from './topic-frames.ts';

const at = (topic: string, captured: number): ResultRecord =>
  record({ topic, original_timestamp: captured / 1000, stages: { captured_at: captured } });
const limits = (topics: Record<string, number>) =>
  ({
    source: { topics: Object.fromEntries(Object.entries(topics).map(([name, fps]) => [name, { fps }])) },
  }) as unknown as CameraView;

describe('the picture of a camera', () => {
  it('is of its fastest topic, and of another while that one brings none', () => {
    const frames = new TopicFrames(() => limits({ faces: 2, objects: 10 }));
    frames.add(at('faces', 0), 0);
    expect(frames.picture(0)).toBe('faces');
    frames.add(at('objects', 10), 10);
    expect(frames.picture(10)).toBe('objects');
    frames.add(at('faces', 4_000), 4_000);
    expect(frames.picture(4_000)).toBe('faces');
  });

  it('is of the one that arrives most often where nobody says how fast they are, and at first of faces', () => {
    const frames = new TopicFrames(() => undefined);
    frames.add(at('faces', 0), 0);
    frames.add(at('objects', 0), 0);
    expect(frames.picture(0)).toBe('faces');
    for (let ms = 100; ms <= 1_000; ms += 100) frames.add(at('objects', ms), ms);
    expect(frames.picture(1_000)).toBe('objects');
  });
});

describe('the boxes on a picture', () => {
  it('are of that frame, or say how much older their frame is', () => {
    const frames = new TopicFrames(() => limits({ faces: 10, objects: 2 }));
    const shown = (captured: number) =>
      frames.sets(at('faces', captured)).map(({ topic, older }) => [topic, Math.round(older)]);
    expect(shown(0)).toEqual([['faces', 0]]);
    frames.add(at('objects', 1_000));
    expect(shown(1_000)).toEqual([
      ['faces', 0],
      ['objects', 0],
    ]);
    expect(shown(1_400)[1]).toEqual(['objects', 400]);
    expect(shown(900)[1]).toEqual(['objects', -100]);
  });

  it('go when their topic brings none any more: later for a slow one', () => {
    for (const [fps, ms] of [
      [2, 3_000],
      [0.1, 30_000],
    ] as const) {
      const frames = new TopicFrames(() => limits({ faces: 10, objects: fps }));
      frames.add(at('objects', 0));
      expect(frames.sets(at('faces', ms - 1))).toHaveLength(2);
      expect(frames.sets(at('faces', ms + 1))).toHaveLength(1);
    }
  });

  it('of an outcome that came late are not those of an older frame', () => {
    const frames = new TopicFrames(() => undefined);
    frames.add(at('objects', 1_000));
    frames.add(at('objects', 500));
    expect(frames.sets(at('faces', 1_000))[1]!.older).toBe(0);
  });
});
