import type { Range } from '../routing/route.ts';
import { duration, timeOfDay } from '../ui/format.ts';

/** A time span, seconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

export const PRESETS: { label: string; range: Range }[] = [
  { label: '15 min', range: { from: 'now-15m', to: 'now' } },
  { label: '1 h', range: { from: 'now-1h', to: 'now' } },
  { label: '6 h', range: { from: 'now-6h', to: 'now' } },
  { label: '24 h', range: { from: 'now-24h', to: 'now' } },
];

const SECONDS: Record<string, number> = { m: 60, h: 3600, d: 86_400 };
/** A shorter span has less than two points, seconds. */
const MIN_SPAN_S = 60;

/** @param now in seconds. */
export function resolve({ from, to }: Range, now: number): Span {
  const end = moment(to, now);
  return { from: Math.min(moment(from, now), end - MIN_SPAN_S), to: end };
}

function moment(text: string, now: number): number {
  if (!text.startsWith('now')) return Number(text);
  const [, n, unit] = /^now-(\d+)([mhd])$/.exec(text) ?? [];
  return now - Number(n ?? 0) * (SECONDS[unit ?? 'm'] ?? 0);
}

/** Whether it ends now, so that it must be polled. */
export const moves = ({ to }: Range): boolean => to.startsWith('now');

export const fixed = ({ from, to }: Span): Range => ({ from: String(Math.round(from)), to: String(Math.round(to)) });

/** Moved by half its length, -1 into the past; never beyond `now`. */
export function shift({ from, to }: Span, by: -1 | 1, now: number): Span {
  const step = Math.min((by * (to - from)) / 2, now - to);
  return { from: from + step, to: to + step };
}

/** Twice as long around its middle; never beyond `now`. */
export function wider({ from, to }: Span, now: number): Span {
  const half = (to - from) / 2;
  const end = Math.min(to + half, now);
  return { from: end - 4 * half, to: end };
}

/** A span with some time before and after it. */
export function around(from: number, until: number | undefined, now: number): Range {
  const end = until ?? now;
  const margin = Math.max(300, (end - from) / 2);
  return fixed({ from: from - margin, to: Math.min(end + margin, now) });
}

/** For example `last 1 h`, or its start, end and duration. @param now in milliseconds. */
export function describeRange(range: Range, now: number): string {
  const preset = PRESETS.find((one) => one.range.from === range.from && one.range.to === range.to);
  if (preset) return `last ${preset.label}`;
  const { from, to } = resolve(range, now / 1000);
  return `${timeOfDay(from * 1000, now)} to ${timeOfDay(to * 1000, now)}, ${duration((to - from) * 1000)}`;
}

/** Converts to and from the value of a `datetime-local` field; NaN if invalid. */
export function toLocal(seconds: number): string {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
export const fromLocal = (text: string): number => new Date(text).getTime() / 1000;
