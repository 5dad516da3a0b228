import { describe, expect, it } from 'vitest';
import { record } from '../testing/facts.ts';
import { longest, meanParts, type Waterfall, waterfall } from './waterfall.ts';

const T = 1_774_000_000_000;
const STAGES = {
  captured_at: T,
  published_at: T + 2,
  received_at: T + 7,
  invoked_at: T + 8,
  answered_at: T + 30,
  wait: 1,
  decode: 4,
  detect: 12,
};
const whole = record({ timestamp: (T + 33) / 1000, original_timestamp: T / 1000, stages: STAGES });
const said = ({ parts }: Waterfall) => parts.map(({ name, from, ms }) => `${name} ${from}+${ms}`);

describe('the latency breakdown of a frame', () => {
  it('has its stages, each starting where the previous one ends', () => {
    expect(said(waterfall(whole, { sent: T + 36, drawn: T + 60 }))).toEqual([
      'Publish 0+2',
      'Queue 2+5',
      'Held 7+1',
      'Gateway 8+5',
      'Wait 13+1',
      'Decode 14+4',
      'Detect 18+12',
      'Result 30+3',
      'Send 33+3',
      'Draw 36+24',
    ]);
  });

  it('adds up to the total', () => {
    for (const viewer of [{}, { sent: T + 36 }, { sent: T + 36, drawn: T + 60 }]) {
      const { parts, total } = waterfall(whole, viewer);
      expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(total, 6);
    }
    expect(waterfall(whole)).toMatchObject({ total: 33, until: 'known' });
    expect(waterfall(whole, { sent: T + 36 })).toMatchObject({ total: 36, until: 'sent' });
    expect(waterfall(whole, { sent: T + 36, drawn: T + 60 })).toMatchObject({ total: 60, until: 'drawn' });
  });

  it('merges stages without timestamps in between', () => {
    const foreign = record({ timestamp: (T + 33) / 1000, original_timestamp: T / 1000, stages: {} });
    expect(waterfall(foreign).parts).toEqual([
      {
        name: 'Publish, queue, held, function, result',
        note: 'no timestamps in between',
        from: 0,
        ms: 33,
        merged: true,
        ahead: false,
      },
    ]);
    const { decode, detect, wait, ...plain } = STAGES;
    expect(said(waterfall({ ...whole, stages: plain }))).toContain('Function 8+22');
    const { published_at, ...unpublished } = STAGES;
    expect(said(waterfall({ ...whole, stages: unpublished }))[0]).toBe('Publish, queue 0+7');
  });

  it('shows where clocks disagree', () => {
    const { parts, total } = waterfall({ ...whole, stages: { ...STAGES, received_at: T - 5 } });
    expect(parts[1]).toMatchObject({ name: 'Queue', ms: -7, ahead: true });
    expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(total, 6);
  });

  it('names the longest stage, where it is known', () => {
    expect(longest(waterfall(whole))?.name).toBe('Detect');
    expect(longest(waterfall({ ...whole, stages: {} }))).toBeUndefined();
  });

  it('of many frames has the mean of each stage', () => {
    const stages = { publish: 1, queue: 2, hold: 3, gateway: 4, wait: 5, decode: 6, detect: 7, result: 8 };
    const parts = meanParts(stages);
    expect(parts.map(({ name, from, ms }) => `${name} ${from}+${ms}`).slice(-2)).toEqual([
      'Detect 21+7',
      'Result 28+8',
    ]);
    expect(parts.every(({ note }) => note.length > 0)).toBe(true);
  });
});
