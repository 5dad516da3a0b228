/** Numbers and times as the page writes them: a unit always, and as many digits as can be read. */

/** A span of milliseconds: `84 ms`, `3.2 s`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 86_400 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86_400)} d`;
}

/** How long ago a thing was, in whole units: `1 s ago`; under a second `just now`. */
export const ago = (ms: number): string =>
  ms < 1000 ? 'just now' : `${duration(Math.floor(ms / 1000) * 1000).replace('.0', '')} ago`;

/** How old a picture is. Its time of capture is by another clock than ours, so that it may seem to lie ahead. */
export const age = (ms: number): string => (ms < -250 ? AHEAD : duration(ms));
export const AHEAD = 'clock ahead';

/** The time of day of a moment in milliseconds; with the date when that was another day than `now`. */
export function timeOfDay(ms: number, now: number, seconds = false): string {
  const at = new Date(ms);
  const time = at.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
  });
  const sameDay = at.toDateString() === new Date(now).toDateString();
  return sameDay ? time : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`;
}

/** A rate with the digits it deserves: `96`, `9.8`, `0.45`, `0`. */
export function rate(value: number): string {
  if (value === 0 || value >= 9.95) return value.toFixed(0);
  return value.toFixed(value >= 0.995 ? 1 : 2);
}

/** A share of 0 to 1: `99.6 %`; all or nothing only where it is so. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value < 0.1) return 'under 0.1 %';
  return `${Number(Math.min(value, 99.9).toFixed(value < 1 || value > 99 ? 1 : 0))} %`;
}

/** A share that is below an objective: it never reads as if it met it, `98.9 %` beside `99 %`. */
export function percentBelow(share: number, objective: number): string {
  if (share >= objective) return percent(share);
  for (const digits of [0, 1, 2, 3]) {
    const value = Number((share * 100).toFixed(digits));
    if (value < objective * 100) return `${value} %`;
  }
  return `under ${percent(objective)}`;
}

/** Milliseconds of a stage, as they add up: `0.4 ms`, `12.3 ms`, `1,204 ms`. */
export function fine(ms: number): string {
  const digits = Math.abs(ms) < 99.95 ? 1 : 0;
  return `${ms.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ms`;
}

export const count = (n: number, one: string): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : `${one}s`}`;

export const faces = (found: readonly unknown[]): string =>
  found.length === 0 ? 'no face' : count(found.length, 'face');

/** Compares names, with numbers in numeric order: `camera-2` before `camera-10`. */
export const byName = new Intl.Collator('en', { numeric: true }).compare;

/** `door`, `door and yard`, `door, yard and hall`, `door, yard and 3 more`. */
export function list(names: string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** A message of another part as a sentence of the page. */
export const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`;
