import type { MetricsAnswer, Reading } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { NOW } from '../testing/facts.ts';
import { type Answer, doubt, shown } from './readings.ts';

const young: Reading = { value: 9, age: 3 };

function answer(readings: Partial<MetricsAnswer['readings']> = {}, more: Partial<Answer> = {}): Answer {
  const all = { processingRate: young, avgLatency: young, queueDepth: young, replicas: young, drainTime: young };
  const value = {
    processingRate: 9,
    avgLatency: 9,
    queueDepth: 9,
    stale: false,
    history: {},
    readings: { ...all, ...readings },
  };
  return { value, at: NOW, problem: undefined, ...more };
}

describe('a reading', () => {
  it('is shown while it is young', () => {
    expect(shown(answer(), 'queueDepth', NOW)).toEqual({ value: 9 });
  });

  it('that never was is not 0', () => {
    const none = answer({ queueDepth: { value: 0, age: null, problem: 'no such queue' } });
    expect(shown(none, 'queueDepth', NOW)).toEqual({ problem: 'no such queue' });
    expect(shown({ value: undefined, at: undefined, problem: 'unreachable' }, 'queueDepth', NOW)).toEqual({
      problem: 'unreachable',
    });
  });

  it('is old by its own age and by that of the answer, together', () => {
    expect(shown(answer({}, { at: NOW - 17_000 }), 'queueDepth', NOW)).toEqual({ value: 9 });
    expect(shown(answer({}, { at: NOW - 18_000, problem: 'unreachable' }), 'queueDepth', NOW)).toEqual({
      value: 9,
      oldSince: NOW - 21_000,
      problem: 'unreachable',
    });
  });
});

describe('the note under a number', () => {
  it('doubt what is old or missing, and nothing else', () => {
    expect(doubt({ value: 1 }, NOW)).toBeUndefined();
    expect(doubt({}, NOW)).toBe('no data yet');
    expect(doubt({ value: 1, oldSince: NOW - 60_000, problem: 'unreachable' }, NOW)).toBe(
      'as of 11:59:00: unreachable',
    );
  });
});
