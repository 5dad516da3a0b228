import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sighting, SightingsAnswer } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { buildProgram, createTestVhost, silentLog, type TestProgram, type TestVhost } from '@framewire/testkit';
import { noPostgres, startPostgres, type TestPostgres } from '@framewire/testkit/databases/postgres';
import { freePort } from '@framewire/testkit/system/loopback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf, publishRecord, recordOf, trackOf } from './testing/records.ts';

/** Objects that each of the cameras sees in each round, one after the other, each in three frames. In each round it is killed. */
const OBJECTS = 30;
const ROUNDS = 4;
const CAMERAS = ['door', 'hall', 'yard'];
const TOTAL = OBJECTS * ROUNDS * CAMERAS.length;
/** When they begin, seconds since the epoch: what is older than the days that are kept is deleted. */
const START = Math.floor(Date.now() / 1000) - 3_600;

let program: TestProgram;
let postgres: TestPostgres | undefined;
beforeAll(async () => {
  program = await buildProgram({ part: 'functions/sightings' });
  if (!noPostgres) postgres = await startPostgres();
}, 120_000);
afterAll(async () => {
  program?.remove();
  await postgres?.remove();
});

/** Frames of one round: each object of each camera in three of them. */
async function load(broker: Broker, round: number): Promise<void> {
  const first = round * OBJECTS + 1;
  for (let object = first; object < first + OBJECTS; object++)
    for (let frame = 1; frame <= 3; frame++) {
      const n = object * 3 + frame;
      const records = CAMERAS.map((camera) => {
        const sighting_id = idOf('sighting', camera, object - 1);
        return recordOf(camera, n, {
          captured_at: START + n,
          tracks: [trackOf(camera, object, { begin: START + n, frames: frame, zones: frame > 1 ? ['step'] : [] })],
          ended: frame === 1 && object > 1 ? [{ id: object - 1, sighting_id, end: START + n - 1 }] : [],
        });
      });
      // every record twice, as after a restart of a tracker
      await Promise.all([...records, ...records].map((record) => publishRecord(broker, record)));
    }
  if (round < ROUNDS - 1) return;
  const n = ROUNDS * OBJECTS * 3 + 4;
  const last = CAMERAS.map((camera) => {
    const [id, sighting_id] = [ROUNDS * OBJECTS, idOf('sighting', camera, ROUNDS * OBJECTS)];
    return recordOf(camera, n, { captured_at: START + n, ended: [{ id, sighting_id, end: START + n - 1 }] });
  });
  await Promise.all(last.map((record) => publishRecord(broker, record)));
}

async function allOf(url: string): Promise<Sighting[]> {
  const answer = await fetch(`${url}/api/sightings?limit=1000`);
  if (!answer.ok) throw new Error(`answers ${answer.status}`);
  return ((await answer.json()) as SightingsAnswer).sightings;
}

describe.each([
  { kind: 'SQLite', where: async (): Promise<Record<string, string>> => ({}), skip: undefined },
  {
    kind: 'PostgreSQL',
    where: async (): Promise<Record<string, string>> => ({ DATABASE_URL: await postgres!.createDatabase('killed') }),
    skip: noPostgres,
  },
])('sightings in $kind', ({ kind, where, skip }) => {
  it.skipIf(skip)(
    'are neither lost nor doubled, whatever is killed while they come',
    async () => {
      const vhost: TestVhost = await createTestVhost();
      const broker = createBroker({ url: vhost.amqp, name: 'tracker', log: silentLog });
      const data = mkdtempSync(join(tmpdir(), 'framewire-killed-'));
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const env = {
        ...process.env,
        ...(await where()),
        AMQP_URL: vhost.amqp,
        DATA: data,
        PORT: `${port}`,
        LOG_LEVEL: 'silent',
      };
      let child: ChildProcess | undefined;
      const start = () => {
        child = spawn(process.execPath, [program.file], { env, stdio: 'ignore' });
      };
      const kill = async () => {
        if (child!.exitCode !== null || child!.signalCode !== null) return;
        child!.kill('SIGKILL');
        await once(child!, 'exit');
      };
      try {
        start();
        await waitFor('it to answer', () => allOf(url), { timeout: 60_000 });
        for (let round = 0; round < ROUNDS; round++) {
          const loading = load(broker, round);
          await sleep(400);
          if (kind === 'PostgreSQL' && round % 2 === 1) {
            await postgres!.kill();
            await sleep(200);
            await kill();
            await postgres!.start();
          } else await kill();
          start();
          await loading;
          await waitFor('it to answer again', () => allOf(url), { timeout: 90_000 });
        }
        // one that could not start while its database was away is started again, as a supervisor does
        const isComplete = async () => {
          if (child!.exitCode !== null) start();
          const all = await allOf(url);
          return all.length >= TOTAL && all.every(({ end }) => end !== undefined) ? all : undefined;
        };
        const all = await waitFor('all sightings', isComplete, { timeout: 120_000, every: 300 });
        expect(all).toHaveLength(TOTAL);
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        for (const { frames, zones, begin, end } of all) {
          expect([frames, zones]).toEqual([3, ['step']]);
          expect(end! - begin).toBeCloseTo(2, 5);
        }
      } finally {
        await kill();
        await broker.close();
        await vhost.drop();
        rmSync(data, { recursive: true, force: true });
      }
    },
    600_000,
  );
});
