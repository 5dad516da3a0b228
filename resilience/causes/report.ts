import { figure, type Table } from '../../testkit/report/table.ts';
import type { Incident, Seen } from './run.ts';

/** Cause, sentence, seconds. */
export const tabulate = (seen: Seen[]): Table => ({
  head: ['cause', 'made by', 'the diagnosis', 'named after', 'cleared after'],
  rows: seen.map(({ case: { name, how }, finding, named, cleared }) => [
    name,
    how,
    finding?.message ?? 'nothing',
    named === undefined ? 'never' : `${figure(named)} s`,
    cleared === undefined ? 'never' : `${figure(cleared)} s`,
  ]),
});

export function describeHealthy(alarms: Incident[], minutes: number): string {
  if (alarms.length === 0) return `${minutes} minutes with nothing wrong: no finding.`;
  const list = alarms.map(({ at, finding }) => `${new Date(at * 1000).toISOString().slice(11, 19)} ${finding.message}`);
  return `${minutes} minutes with nothing wrong: ${alarms.length} findings. ${list.join(' ')}`;
}

/** Whether it was one incident, called CPU from its beginning to its end. */
export const isOneOfCpu = (incidents: Incident[]): boolean =>
  incidents.length === 1 && incidents[0]!.causes.every((name) => name === 'cpu');

export function describeLoad(incidents: Incident[], load: number, minutes: number): string {
  const list = incidents.map(
    ({ at, until, finding, causes }) =>
      `${new Date(at * 1000).toISOString().slice(11, 19)} to ${until === undefined ? 'the end' : new Date(until * 1000).toISOString().slice(11, 19)}: ` +
      `${[...new Set(causes)].join(', then ') || finding.cause}: ${finding.message}`,
  );
  return `${minutes} minutes beside ${load} programs that compute: ${incidents.length} incidents. ${list.join(' ')}`;
}
