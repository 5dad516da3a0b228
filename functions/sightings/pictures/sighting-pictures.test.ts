import { join } from 'node:path';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { removeOrphans } from '../retention/orphans.ts';
import { findSighting } from '../store/search.ts';
import { startDatabase } from '../testing/databases.ts';
import { idOf, recordOf, trackOf } from '../testing/records.ts';
import { writeBatch } from '../tracks/write-batch.ts';
import { createFolderStore } from './folder-store.ts';
import { createFrameBuffer, type FrameBuffer } from './frame-buffer.ts';
import type { PictureStore } from './picture-store.ts';
import { createSightingPictures, type SightingPictures } from './sighting-pictures.ts';

let kept: Awaited<ReturnType<typeof startDatabase>>;
let store: PictureStore;
let buffer: FrameBuffer;
let pictures: SightingPictures;
let bytes: number;
let position: number;
beforeEach(async () => {
  kept = await startDatabase();
  store = createFolderStore(join(kept.folder, 'pictures'));
  buffer = createFrameBuffer(10_000_000);
  [bytes, position] = [0, 0];
  pictures = createSightingPictures({
    database: kept.database,
    store,
    buffer,
    onBytes: (more) => (bytes += more),
    metrics: createMetrics(createRegistry()),
    log: silentLog,
  });
});
afterEach(() => kept.remove());

const noise = (seed: number) =>
  sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 60 + seed },
    },
  })
    .jpeg()
    .toBuffer();

/** Frame n of the camera, with the object so large, and its picture if there is one. */
async function see(n: number, size: number, jpeg?: Uint8Array) {
  const record = recordOf('door', n, {
    tracks: [trackOf('door', 1, { frames: n, box: { x: 100, y: 100, w: size, h: size } })],
  });
  if (jpeg) buffer.add(record.frame_id, jpeg);
  const batch = await writeBatch({ database: kept.database, onSighting: async () => {}, isHeld: buffer.has }, [
    { position: position++, content: new Uint8Array(), record },
  ]);
  pictures.offer(batch.candidates.values());
  await pictures.settled();
  return (await findSighting(kept.database, idOf('sighting', 'door', 1)))!;
}
async function files(): Promise<string[]> {
  const found: string[] = [];
  for await (const some of store.list()) found.push(...some.map(({ key }) => key));
  return found.sort();
}

it('a sighting has the picture of its best frame, and it is replaced by a better one alone', async () => {
  expect((await see(1, 50)).picture).toBeNull();
  const first = await see(2, 60, await noise(1));
  expect(first.picture).toContain(idOf('sighting', 'door', 1));
  expect(JSON.parse(first.best).frame_id).toBe(idOf('frame', 'door', 2));
  expect(await files()).toEqual([`${first.picture}.crop.jpg`, `${first.picture}.jpg`]);
  expect(bytes).toBe(first.bytes - 1_024);

  expect((await see(3, 62, await noise(2))).picture).toBe(first.picture); // hardly better
  expect((await see(4, 200)).picture).toBe(first.picture); // better, but its picture is not here
  const second = await see(5, 120, await noise(3));
  expect(second.picture).not.toBe(first.picture);
  expect(JSON.parse(second.best)).toMatchObject({ frame_id: idOf('frame', 'door', 5), box: { w: 120 } });
  expect(await files()).toEqual([`${second.picture}.crop.jpg`, `${second.picture}.jpg`]);
  expect(bytes).toBe(second.bytes - 1_024);
});

it('a JPEG that cannot be read costs its picture alone', async () => {
  expect((await see(1, 50, new Uint8Array([1, 2, 3]))).picture).toBeNull();
  expect((await see(2, 60, await noise(1))).picture).not.toBeNull();
});

it('files without a row are removed at the start, and no others', async () => {
  const { picture } = await see(1, 50, await noise(1));
  await store.put('2026-11-30/left.jpg', new Uint8Array([1]));
  await store.put('2026-11-30/left.crop.jpg', new Uint8Array([1]));
  expect(await removeOrphans(kept.database, store, Date.now() - 60_000)).toBe(0); // younger than the start: being written
  expect(await removeOrphans(kept.database, store, Date.now() + 1_000)).toBe(2);
  expect(await files()).toEqual([`${picture}.crop.jpg`, `${picture}.jpg`]);
});

it('the memory for frames is bounded by bytes and time', () => {
  let now = 0;
  const small = createFrameBuffer(100, () => now);
  for (const id of ['a', 'b', 'c']) small.add(id, new Uint8Array(40));
  expect([small.has('a'), small.has('b'), small.has('c'), small.bytes]).toEqual([false, true, true, 80]);
  now = 40_000;
  small.add('d', new Uint8Array(10));
  expect([small.has('c'), small.bytes]).toEqual([false, 10]);
});
