import { describe, expect, it } from 'vitest';
import { NOW } from '../testing/facts.ts';
import { around, describeRange, fixed, fromLocal, moves, resolve, shift, toLocal, wider } from './range.ts';

const NOW_S = NOW / 1000;
const span = { from: NOW_S - 3600, to: NOW_S };

describe('a range', () => {
  it('is resolved at a moment', () => {
    expect(resolve({ from: 'now-15m', to: 'now' }, NOW_S)).toEqual({ from: NOW_S - 900, to: NOW_S });
    expect(resolve({ from: 'now-2d', to: 'now-1d' }, NOW_S)).toEqual({ from: NOW_S - 172_800, to: NOW_S - 86_400 });
    expect(resolve(fixed(span), NOW_S)).toEqual(span);
  });

  it('is never empty or the wrong way round', () => {
    expect(resolve({ from: 'now', to: 'now' }, NOW_S)).toEqual({ from: NOW_S - 60, to: NOW_S });
    expect(resolve({ from: String(NOW_S), to: String(NOW_S - 900) }, NOW_S).from).toBe(NOW_S - 960);
  });

  it('moves with the time where its end does', () => {
    expect(moves({ from: 'now-1h', to: 'now' })).toBe(true);
    expect(moves(fixed(span))).toBe(false);
  });

  it('is moved by its half and widened, and does not pass the present', () => {
    expect(shift(span, -1, NOW_S)).toEqual({ from: NOW_S - 5400, to: NOW_S - 1800 });
    expect(shift(span, 1, NOW_S)).toEqual(span);
    expect(wider(span, NOW_S)).toEqual({ from: NOW_S - 7200, to: NOW_S });
    expect(wider({ from: NOW_S - 5400, to: NOW_S - 3600 }, NOW_S)).toEqual({ from: NOW_S - 6300, to: NOW_S - 2700 });
  });

  it('shows what led to an incident, and what came after it', () => {
    expect(around(NOW_S - 4000, NOW_S - 3900, NOW_S)).toEqual(fixed({ from: NOW_S - 4300, to: NOW_S - 3600 }));
    expect(around(NOW_S - 4000, undefined, NOW_S)).toEqual(fixed({ from: NOW_S - 6000, to: NOW_S }));
  });

  it('is described by its preset, or by its start, end and duration', () => {
    expect(describeRange({ from: 'now-6h', to: 'now' }, NOW)).toBe('last 6 h');
    expect(describeRange(fixed({ from: NOW_S - 1800, to: NOW_S - 900 }), NOW)).toBe('11:30 to 11:45, 15 min');
  });

  it('passes through a field for a local time', () => {
    expect(toLocal(NOW_S)).toBe('2026-03-14T12:00:00');
    expect(fromLocal(toLocal(NOW_S))).toBe(NOW_S);
    expect(fromLocal('')).toBeNaN();
  });
});
