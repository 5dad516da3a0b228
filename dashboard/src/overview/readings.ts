import type { MetricsAnswer, Reading } from '@framewire/contract';
import { timeOfDay } from '../ui/format.ts';

/** A number that was true longer ago than this is old, seconds: several scrapes were missed. */
const OLD = 20;

/** The last answer of `api/metrics` as the page holds it; `at` in milliseconds. */
export interface Answer {
  value: MetricsAnswer | undefined;
  at: number | undefined;
  problem: string | undefined;
}

/** One number to show: none, or one that may be old, and then since when. */
export interface Shown {
  value?: number;
  /** Since when there is none newer, milliseconds. */
  oldSince?: number;
  problem?: string;
}

export function shown(answer: Answer, name: keyof MetricsAnswer['readings'], now: number): Shown {
  const reading: Reading | undefined = answer.value?.readings[name];
  if (!reading || reading.age === null) return { problem: reading?.problem ?? answer.problem };
  const since = (answer.at ?? now) - reading.age * 1000;
  const old = now - since > OLD * 1000;
  return { value: reading.value, ...(old && { oldSince: since, problem: reading.problem ?? answer.problem }) };
}

/** What stands under a number in place of its usual note, where it cannot be believed. */
export function doubt({ value, oldSince, problem }: Shown, now: number): string | undefined {
  if (value === undefined) return problem ?? 'no data yet';
  return oldSince === undefined ? undefined : `as of ${timeOfDay(oldSince, now, true)}${problem ? `: ${problem}` : ''}`;
}
