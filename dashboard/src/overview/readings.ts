import type { MetricsAnswer, Reading } from '@framewire/contract';
import { timeOfDay } from '../ui/format.ts';

/** A reading older than this is stale, seconds: several scrapes were missed. */
const STALE_S = 20;

/** The last answer of `api/metrics` as the page holds it; `at` in milliseconds. */
export interface Answer {
  value: MetricsAnswer | undefined;
  at: number | undefined;
  problem: string | undefined;
}

/** A value to show; it may be missing or stale. */
export interface Shown {
  value?: number;
  /** Time of the value if it is stale, milliseconds. */
  oldSince?: number;
  problem?: string;
}

export function shown(answer: Answer, name: keyof MetricsAnswer['readings'], now: number): Shown {
  const reading: Reading | undefined = answer.value?.readings[name];
  if (!reading || reading.age === null) return { problem: reading?.problem ?? answer.problem };
  const since = (answer.at ?? now) - reading.age * 1000;
  const old = now - since > STALE_S * 1000;
  return { value: reading.value, ...(old && { oldSince: since, problem: reading.problem ?? answer.problem }) };
}

/** The note under a value that is missing or stale; undefined for a fresh value. */
export function doubt({ value, oldSince, problem }: Shown, now: number): string | undefined {
  if (value === undefined) return problem ?? 'no data yet';
  return oldSince === undefined ? undefined : `as of ${timeOfDay(oldSince, now, true)}${problem ? `: ${problem}` : ''}`;
}
