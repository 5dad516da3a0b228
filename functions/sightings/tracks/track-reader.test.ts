import { QUEUE, type Sighting } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../metrics.ts';
import type { Database } from '../store/database.ts';
import { searchSightings } from '../store/search.ts';
import { startDatabase } from '../testing/databases.ts';
import { idOf, publishRecord, recordOf, trackOf } from '../testing/records.ts';
import type { SightingChange } from './apply-record.ts';
import { createTrackReader, type TrackReader } from './track-reader.ts';

/** By then a silent camera was looked for at least once, milliseconds. */
const SWEPT_MS = 5_500;

let vhost: TestVhost;
let broker: Broker;
let kept: Awaited<ReturnType<typeof startDatabase>>;
let reader: TrackReader;
/** What the hook wrote in the transaction of each sighting. */
const changes = (database: Database) =>
  database.query<{ change: SightingChange; id: string }>('SELECT change, id FROM hooked ORDER BY n');

async function start(fail: () => boolean = () => false) {
  return createTrackReader({
    broker,
    database: kept.database,
    async onSighting(tx, change, { id }) {
      await tx.run('INSERT INTO hooked (change, id) VALUES (?, ?)', change, id);
      if (fail()) throw new Error('as it may happen');
    },
    isHeld: () => false,
    onCandidates() {},
    metrics: createMetrics(createRegistry()),
    log: silentLog,
  });
}

beforeEach(async () => {
  vhost = await createTestVhost();
  broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  kept = await startDatabase();
  await kept.database.run('CREATE TABLE hooked (n INTEGER PRIMARY KEY, change TEXT, id TEXT)');
  reader = await start();
});
afterEach(async () => {
  await reader.close();
  await broker.close();
  await kept.remove();
  await vhost.drop();
});

const all = async (): Promise<Sighting[]> => (await searchSightings(kept.database, { limit: 100 })).sightings;
const one = async (done: (sighting: Sighting) => boolean) =>
  waitFor('the sighting', async () => (await all()).find(done));
const publish = (record: ReturnType<typeof recordOf>) => publishRecord(broker, record);

it('a sighting begins, comes into zones, is seen better, and ends, each once', async () => {
  await publish(recordOf('door', 1, { tracks: [trackOf('door', 7)] }));
  await publish(
    recordOf('door', 2, {
      tracks: [trackOf('door', 7, { frames: 2, score: 0.9, zones: ['step'], box: { x: 90, y: 90, w: 90, h: 90 } })],
    }),
  );
  await publish(
    recordOf('door', 3, { tracks: [trackOf('door', 7, { frames: 3, score: 0.5, zones: ['mat', 'step'] })] }),
  );
  await publish(recordOf('door', 4, { ended: [{ id: 7, sighting_id: idOf('sighting', 'door', 7), end: 1_003 }] }));
  expect(await one(({ end }) => end !== undefined)).toEqual({
    id: idOf('sighting', 'door', 7),
    camera_id: 'door',
    topic: 'faces',
    track_id: 7,
    label: 'face',
    begin: 1_000,
    end: 1_003,
    frames: 3,
    best_score: 0.9,
    zones: ['step', 'mat'],
    best: {
      frame_id: idOf('frame', 'door', 2),
      captured_at: 1_002,
      box: { x: 90, y: 90, w: 90, h: 90 },
      image: { width: 640, height: 480 },
    },
    has_picture: false,
  });
  expect((await changes(kept.database)).map(({ change }) => change)).toEqual(['begin', 'zone', 'score', 'zone', 'end']);
});

it('a record that comes again changes nothing, and one that follows does', async () => {
  const first = recordOf('door', 1, { tracks: [trackOf('door', 1)] });
  const second = recordOf('door', 2, { tracks: [trackOf('door', 1, { frames: 2 }), trackOf('door', 2)] });
  for (const record of [first, second, first, second]) await publish(record);
  await publish(recordOf('door', 3, { tracks: [trackOf('door', 1, { frames: 3 }), trackOf('door', 2)] }));
  await one(({ frames }) => frames === 3);
  expect((await all()).map(({ end }) => end)).toEqual([undefined, undefined]);
  expect((await changes(kept.database)).map(({ change }) => change)).toEqual(['begin', 'begin']);
});

it('a sighting that a later record does not name is over, and goes on if it is there after all', async () => {
  await publish(recordOf('door', 1, { tracks: [trackOf('door', 1)] }));
  await publish(recordOf('yard', 1, { tracks: [trackOf('yard', 1)] }));
  await publish(recordOf('door', 2, { tracks: [trackOf('door', 2)] }));
  expect(await one(({ end }) => end !== undefined)).toMatchObject({ track_id: 1, camera_id: 'door', end: 1_001 });
  expect((await all()).filter(({ end }) => end === undefined)).toHaveLength(2);
  await publish(recordOf('door', 3, { tracks: [trackOf('door', 1, { frames: 3 }), trackOf('door', 2)] }));
  await one(({ frames, end }) => frames === 3 && end === undefined);
});

it('sightings of a tracker that is silent for 60 s are over, and one that is there after all goes on', async () => {
  await reader.close();
  // silence is measured by this clock alone: a minute of it need not pass
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    reader = await start();
    await publish(recordOf('door', 1, { tracks: [trackOf('door', 1), trackOf('door', 2)] }));
    await publish(recordOf('yard', 1, { tracks: [trackOf('yard', 1)] }));
    await waitFor('the sightings', async () => (await all()).length === 3);
    const isOpen = async () => (await all()).map(({ camera_id, end }) => `${camera_id} ${end === undefined}`).sort();
    vi.advanceTimersByTime(59_000);
    await publish(recordOf('yard', 2, { tracks: [trackOf('yard', 1, { frames: 2 })] }));
    await one(({ frames }) => frames === 2);
    await sleep(SWEPT_MS);
    expect(await isOpen()).toEqual(['door true', 'door true', 'yard true']);

    vi.advanceTimersByTime(2_000);
    await one(({ end }) => end !== undefined);
    expect(await isOpen()).toEqual(['door false', 'door false', 'yard true']);
    expect((await all()).find(({ camera_id }) => camera_id === 'door')!.end).toBe(1_001);

    await publish(recordOf('door', 2, { tracks: [trackOf('door', 2, { frames: 2 })] }));
    await one(({ track_id, end }) => track_id === 2 && end === undefined);
    expect(await isOpen()).toEqual(['door false', 'door true', 'yard true']);
    vi.advanceTimersByTime(61_000);
    await waitFor('the silence of all', async () => (await all()).every(({ end }) => end !== undefined));
    const door2 = idOf('sighting', 'door', 2);
    const own = (await changes(kept.database)).filter(({ id }) => id === door2).map(({ change }) => change);
    expect(own).toEqual(['begin', 'end', 'end']);
  } finally {
    vi.useRealTimers();
  }
}, 60_000);

it('sightings that the last process left open are over after 60 s without a tracker', async () => {
  await publish(recordOf('door', 1, { tracks: [trackOf('door', 1)] }));
  await one(() => true);
  await reader.close();
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    reader = await start();
    await sleep(SWEPT_MS);
    expect((await all())[0]!.end).toBeUndefined();
    vi.advanceTimersByTime(61_000);
    expect(await one(({ end }) => end !== undefined)).toMatchObject({ end: 1_001 });
  } finally {
    vi.useRealTimers();
  }
}, 60_000);

it('a hook that fails writes nothing, and the batch is written later, once', async () => {
  await reader.close();
  let left = 3;
  reader = await start(() => left-- > 0);
  await publish(recordOf('door', 1, { tracks: [trackOf('door', 1)] }));
  await waitFor('the failure', () => reader.problem()?.includes('as it may happen'));
  await one(() => true);
  await waitFor('no problem', () => reader.problem() === undefined);
  expect(await changes(kept.database)).toHaveLength(1);
});

it('goes on where it was at the next start, and reads a new stream from its beginning', async () => {
  for (let n = 1; n <= 5; n++) await publish(recordOf('door', n, { tracks: [trackOf('door', n)] }));
  await one(({ track_id }) => track_id === 5);
  await reader.close();
  await publish(recordOf('door', 6, { tracks: [trackOf('door', 6)] }));
  reader = await start();
  await one(({ track_id }) => track_id === 6);
  expect(await all()).toHaveLength(6);
  await reader.close();

  const path = `queues/${vhost.admin.vhost}/${QUEUE.tracks}`;
  await vhost.admin.call('DELETE', path);
  await vhost.admin.call('PUT', path, { durable: true, arguments: { 'x-queue-type': 'stream' } });
  await vhost.admin.call('POST', `bindings/${vhost.admin.vhost}/e/tracks/q/${QUEUE.tracks}`, { routing_key: '#' });
  await publish(recordOf('door', 7, { tracks: [trackOf('door', 7)] }));
  reader = await start();
  await one(({ track_id }) => track_id === 7);
  await publish(recordOf('door', 8, { tracks: [trackOf('door', 8)] }));
  await one(({ track_id }) => track_id === 8);
  expect((await changes(kept.database)).filter(({ change }) => change === 'begin')).toHaveLength(8);
}, 60_000);
