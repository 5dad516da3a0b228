import { figure, type Table } from '../table.ts';
import type { FalseAlarm, Seen } from './run.ts';

/** Cause, sentence, seconds. */
export const tabulate = (seen: Seen[]): Table => ({
  head: ['cause', 'made by', 'the verdict', 'named after', 'gone after'],
  rows: seen.map(({ case: { name, how }, finding, named, cleared }) => [
    name,
    how,
    finding?.words ?? 'nothing',
    named === undefined ? 'never' : `${figure(named)} s`,
    cleared === undefined ? 'never' : `${figure(cleared)} s`,
  ]),
});

export function tellHealthy(alarms: FalseAlarm[], minutes: number): string {
  if (alarms.length === 0) return `${minutes} minutes with nothing wrong: no finding.`;
  const list = alarms.map(({ at, finding }) => `${new Date(at * 1000).toISOString().slice(11, 19)} ${finding.words}`);
  return `${minutes} minutes with nothing wrong: ${alarms.length} findings. ${list.join(' ')}`;
}
