import { join } from 'node:path';
import { EXCHANGE, type Outcome, RECORD_TYPE } from '@framewire/contract';
import { type Broker, createBroker, type StreamReader } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { startDatabase } from '../testing/databases.ts';
import { idOf } from '../testing/records.ts';
import { createFolderStore } from './folder-store.ts';
import { createFrameBuffer, type FrameBuffer } from './frame-buffer.ts';
import { createFramePictures } from './frame-pictures.ts';
import { pictureFile } from './keys.ts';
import type { PictureStore } from './picture-store.ts';

const JPEG = new Uint8Array(1_000).fill(7);
const START = Date.parse('2026-11-30T12:00:00Z');

let vhost: TestVhost;
let broker: Broker;
let kept: Awaited<ReturnType<typeof startDatabase>>;
let store: PictureStore;
let buffer: FrameBuffer;
let reader: StreamReader;
let bytes: number;
beforeEach(async () => {
  vhost = await createTestVhost();
  // pictures are counted by the minute: it passes when a test says so
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  kept = await startDatabase();
  store = createFolderStore(join(kept.folder, 'pictures'));
  buffer = createFrameBuffer(10_000_000);
  bytes = 0;
  reader = createFramePictures({
    broker,
    database: kept.database,
    store,
    buffer,
    target: 500,
    onBytes: (more) => (bytes += more),
    metrics: createMetrics(createRegistry()),
    log: silentLog,
  });
  await waitFor('the stream', () => reader.isOpen);
});
afterEach(async () => {
  vi.useRealTimers();
  await reader.close();
  await broker.close();
  await kept.remove();
  await vhost.drop();
});

/** The outcome of a frame, which took so long, seconds. */
async function finish(camera: string, n: number, outcome: Outcome, age = 0.1, isHeld = true): Promise<void> {
  const record = {
    frame_id: idOf('frame', camera, n),
    camera_id: camera,
    topic: 'faces',
    outcome,
    timestamp: Date.now() / 1000,
    original_timestamp: Date.now() / 1000 - age,
  };
  if (isHeld) buffer.add(record.frame_id, JPEG);
  await broker.publish({
    exchange: EXCHANGE.results,
    key: camera,
    content: Buffer.from(JSON.stringify(record)),
    properties: { type: RECORD_TYPE.result, contentType: 'application/json' },
    timeoutMs: 10_000,
  });
}

let marks = 0;
/** What is kept of a camera, once all that was published is read: the frame of another camera comes last. */
async function keptOf(camera: string): Promise<[string, string][]> {
  const mark = `mark-${++marks}`;
  await finish(mark, 0, 'failed');
  const rows = await waitFor('the last frame', async () => {
    const all = await kept.database.query<{ frame_id: string; camera_id: string; why: string; picture: string }>(
      'SELECT * FROM frame_pictures ORDER BY captured_at, frame_id',
    );
    return all.some(({ camera_id }) => camera_id === mark) ? all : undefined;
  });
  const numbers = new Map(Array.from({ length: 100 }, (_, n) => [idOf('frame', camera, n), n]));
  const own = rows.filter(({ camera_id }) => camera_id === camera);
  for (const { picture } of own) expect(await store.get(pictureFile(picture))).toEqual(Buffer.from(JPEG));
  expect(bytes).toBe(rows.length * JPEG.length);
  return own
    .map(({ frame_id, why }): [number, string] => [numbers.get(frame_id)!, why])
    .sort(([a], [b]) => a - b)
    .map(([n, why]) => [`${n}`, why]);
}

it('keeps six frames that a camera lost in a minute, and why', async () => {
  for (let n = 1; n <= 20; n++) await finish('door', n, (['expired', 'rejected', 'failed'] as const)[n % 3]!);
  await finish('yard', 1, 'failed');
  expect(await keptOf('door')).toEqual([
    ['1', 'rejected'],
    ['2', 'failed'],
    ['3', 'expired'],
    ['4', 'rejected'],
    ['5', 'failed'],
    ['6', 'expired'],
  ]);
  expect(await keptOf('yard')).toEqual([['1', 'failed']]);
  vi.setSystemTime(START + 60_000);
  for (let n = 21; n <= 40; n++) await finish('door', n, 'failed');
  expect((await keptOf('door')).map(([n]) => Number(n))).toEqual([1, 2, 3, 4, 5, 6, 21, 22, 23, 24, 25, 26]);
}, 30_000);

it('keeps three slow ones of a camera in a minute, each slower than the one before', async () => {
  const ages = [0.1, 0.5, 0.9, 0.8, 1.2, 1.2, 2, 3, 4];
  for (const [n, age] of ages.entries()) await finish('door', n, 'detected', age);
  // those that were lost have a bound of their own
  await finish('door', 50, 'expired', 9);
  expect(await keptOf('door')).toEqual([
    ['2', 'slow'],
    ['4', 'slow'],
    ['6', 'slow'],
    ['50', 'expired'],
  ]);
  vi.setSystemTime(START + 60_000);
  await finish('door', 60, 'detected', 0.6);
  expect((await keptOf('door')).at(-1)).toEqual(['60', 'slow']);
}, 30_000);

it('keeps none of a frame that nobody wanted detected, that its source shed, or whose picture is not here', async () => {
  for (let n = 1; n <= 10; n++) await finish('door', n, 'still');
  for (let n = 11; n <= 20; n++) await finish('door', n, 'shed');
  for (let n = 21; n <= 30; n++) await finish('door', n, 'failed', 1, false);
  await finish('door', 31, 'failed');
  await finish('door', 31, 'failed'); // it comes again
  expect(await keptOf('door')).toEqual([['31', 'failed']]);
}, 30_000);
