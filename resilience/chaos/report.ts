import { spread } from '../../testkit/report/statistics.ts';
import { figure, type Table } from '../../testkit/report/table.ts';
import type { Memory } from './memory.ts';
import type { ChaosResult, Step } from './run.ts';

const FLOW = 'frames flow again after';
const HEAD: Record<Step['kind'], [what: string, seconds: string]> = {
  kill: ['killed', FLOW],
  restart: ['restarted, one after the other', 'longest time without a fresh frame'],
  fault: ['passed by itself', FLOW],
  damage: ['deleted', FLOW],
};

/** All of a kind by name: how long until frames flowed again, by each of the three routes, and what came twice. Seconds. */
export function tabulate(steps: Step[], kind: Step['kind']): Table {
  const own = steps.filter((step) => step.kind === kind);
  const names = [...new Set(own.map(({ name }) => name))];
  const [what, seconds] = HEAD[kind];
  return {
    head: [what, 'times', `${seconds}: median`, 'longest', 'records repeated'],
    rows: names.map((name) => {
      const of = own.filter((step) => step.name === name);
      const { median, high } = spread(of.map(({ seconds }) => seconds));
      const repeated = of.reduce((sum, step) => sum + step.repeated, 0);
      return [name, `${of.length}`, `${figure(median)} s`, `${figure(high)} s`, `${repeated}`];
    }),
  };
}

/** What each process held at the beginning and at the end of the time with a steady load. */
export function tabulateMemory(memory: Memory[]): Table {
  return {
    head: ['process', 'RSS in the first fifth', 'in the last fifth', 'most', 'last / first'],
    rows: memory.map(({ name, first, last, max }) => [
      name,
      `${figure(first)} MB`,
      `${figure(last)} MB`,
      `${figure(max)} MB`,
      figure(last / first),
    ]),
  };
}

function describeLedger({ published, own, residual, differences }: ChaosResult['ledger']): string {
  const { detected, expired, rejected, failed, shed, unaccounted, duplicates } = own;
  const figures = `${published} published = ${detected} detected + ${expired} expired + ${rejected} rejected + ${failed} failed + ${shed} shed + ${unaccounted} unaccounted, residual ${residual}, ${duplicates} duplicates`;
  return differences.length === 0
    ? `The system's own ledger at the end: ${figures}; each figure equals the independent count.`
    : `The system's own ledger at the end: ${figures}; it differs from the independent count: ${differences.join('; ')}.`;
}

/** The account in a few sentences. */
export function summarize({
  detector,
  rate,
  seconds,
  refusedByHttp,
  resumedInFull,
  report,
  ledger,
  damage,
}: ChaosResult): string {
  const { confirmed, shown, lost, duplicated, unexpected, repeated, late, open } = report;
  return [
    `${Math.round(seconds)} s with detector ${detector}, ${rate} frames/s by each route: ${confirmed} frames were confirmed to their producers, and the viewer was shown the outcome of ${shown}, those of the camera among them;`,
    `${lost.length} of the confirmed ones lost, ${duplicated.length} shown twice, ${unexpected.length} unexpected.`,
    `${repeated} records stand in the stream a second time, ${late} of them saying \`expired\` of a camera's frame that was detected before. ${refusedByHttp} posts were not answered 202.`,
    `${open} sequence numbers of producers that were killed stay open: those frames were never confirmed.`,
    describeLedger(ledger),
    resumedInFull
      ? 'Each time the viewer came back it received all that it had missed.'
      : 'The viewer did not always receive all that it had missed.',
    ...(damage.confirmed > 0
      ? [
          `After something was deleted ${damage.confirmed} frames were confirmed, and ${damage.lost.length} of them lost.`,
        ]
      : []),
  ].join(' ');
}
