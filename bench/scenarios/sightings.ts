import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topology } from '@framewire/contract';
import { applyTopology, createBrokerAdmin, declareTopology } from '@framewire/runtime/amqp';
import { fillSightings } from '../../functions/sightings/testing/fill.ts';
import { noPostgres, startPostgres } from '../../testkit/databases/postgres.ts';
import { figure } from '../../testkit/report/table.ts';
import { forkPart } from '../../testkit/system/part.ts';
import type { Bench, Scenario } from './scenario.ts';

const COUNT = 100_000;

/** What the page asks, each many times. Seconds ago, so that each round asks for another time. */
const QUESTIONS: Record<string, (round: number, now: number) => string> = {
  'first view of the page': () => 'limit=60',
  'one camera, one hour': (round, now) => {
    const to = now - 3_600 * (1 + round * 3);
    return `camera=camera-${round % 20}&from=${to - 3_600}&to=${to}&limit=60`;
  },
  'one zone': (round) => `zone=zone-${round % 5}&limit=60`,
  'one camera, one label, long ago': (round, now) =>
    `camera=camera-${round % 20}&label=dog&to=${now - 800_000}&limit=60`,
};

/** Searching 100,000 sightings by the API, in both databases. */
export const sightings: Scenario = {
  name: 'sightings',
  async run(bench) {
    const folder = mkdtempSync(join(tmpdir(), 'framewire-bench-sightings-'));
    const postgres = noPostgres ? undefined : await startPostgres();
    if (noPostgres) bench.say(`without PostgreSQL: ${noPostgres}`);
    try {
      const file = join(folder, 'sightings.sqlite');
      await fillSightings({ file }, COUNT);
      const sqlite = await measure(bench, { DATA: folder });
      bench.say('SQLite is measured');
      if (postgres) await fillSightings({ url: postgres.url }, COUNT);
      const other = postgres && (await measure(bench, { DATA: folder, DATABASE_URL: postgres.url }));
      const rows = Object.keys(QUESTIONS).map((question) => [
        question,
        cell(sqlite[question]!),
        other ? cell(other[question]!) : 'not measured',
      ]);
      return [
        {
          title: 'Searching 100,000 sightings',
          text: 'Milliseconds from the request to the whole answer of `GET /api/sightings`, 60 sightings at most: the median, and what 95 of 100 requests stay below. One request after the other, of 20 cameras.',
          table: { head: ['question', 'SQLite', 'PostgreSQL'], rows },
        },
      ];
    } finally {
      await postgres?.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const cell = ([median, most]: [number, number]) => `${figure(median)}, ${figure(most)}`;

async function measure(
  { quick, broker }: Bench,
  env: Record<string, string>,
): Promise<Record<string, [number, number]>> {
  const vhost = await broker.createVhost('sightings', 'quorum');
  await declareTopology(vhost.amqp, topology());
  await applyTopology(createBrokerAdmin(vhost.management), topology());
  const part = await forkPart('functions/sightings/dist/main.js', { AMQP_URL: vhost.amqp, ...env });
  const now = Date.now() / 1000;
  const rounds = quick ? 30 : 200;
  const results: Record<string, [number, number]> = {};
  try {
    for (const [question, search] of Object.entries(QUESTIONS)) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        const answer = await fetch(`${part.url}/api/sightings?${search(round, now)}`);
        const { sightings } = (await answer.json()) as { sightings: unknown[] };
        times.push(performance.now() - start);
        if (sightings.length === 0) throw new Error(`${question}: nothing was found`);
      }
      times.sort((a, b) => a - b);
      results[question] = [times[Math.floor(rounds / 2)]!, times[Math.floor(rounds * 0.95)]!];
    }
    return results;
  } finally {
    await part.stop();
    await vhost.drop();
  }
}
