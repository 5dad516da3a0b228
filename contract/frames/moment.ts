/** A clock may be off by a day; a value farther away is in another unit, or no time at all. */
export const DAY_MS = 86_400_000;

export interface MomentRule {
  /** The expected unit: milliseconds, or seconds, since the epoch. */
  unit: 'ms' | 's';
  /** The moment it must be near, milliseconds since the epoch. */
  near: number;
  /** How far before and after that it may be, milliseconds; a day by default. */
  before?: number;
  after?: number;
}

const NAMES = { ms: 'milliseconds', s: 'seconds' } as const;

/** The length of each in milliseconds. They are so far apart that a moment is plausible in only one of them. */
const UNITS: [string, number][] = [
  ['seconds', 1_000],
  ['milliseconds', 1],
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
];
/** A value counts as a moment in some unit if it is no farther away, milliseconds: ten years. */
const PLAUSIBLE_MS = 3_650 * DAY_MS;

/**
 * Describes what is wrong with a moment: what was seen and what is wanted; undefined if it is plausible.
 * Without it the frames of a producer that sends seconds instead of milliseconds would be taken for frames of 1970.
 */
export function judgeMoment(
  value: unknown,
  { unit, near, before = DAY_MS, after = DAY_MS }: MomentRule,
): string | undefined {
  const wanted = `${NAMES[unit]} since the epoch are wanted`;
  if (value === undefined || value === null) return `missing; ${wanted}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${showSeen(value)}; ${wanted}, as a number`;
  const ms = unit === 's' ? value * 1_000 : value;
  if (ms >= near - before && ms <= near + after) return undefined;
  const seen = `${value}${showDate(ms)}`;
  if (value >= 0 && ms < DAY_MS)
    return `${seen}, looks like a length of time; the moment is wanted, in ${NAMES[unit]} since the epoch`;
  const [looks] = UNITS.find(([, factor]) => Math.abs(value * factor - near) <= PLAUSIBLE_MS) ?? [];
  if (looks && looks !== NAMES[unit]) return `${seen}, looks like ${looks}; ${wanted}`;
  const [far, side, limit] = ms < near ? [near - ms, 'before', before] : [ms - near, 'after', after];
  return `${seen}, is ${hours(far)} ${side} ${showDate(near).slice(2, -1) || near}; at most ${hours(limit)} are plausible`;
}

const hours = (ms: number) => `${Math.round(ms / 360_000) / 10} h`;

/** ` (2026-11-29T…)`; empty if the date does not exist. */
function showDate(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : ` (${date.toISOString()})`;
}

/** A value as an error message shows it: its kind, or at most 80 characters of it. */
export function showSeen(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value === 'object' && '!' in value) return `an AMQP ${String(value['!'])}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
