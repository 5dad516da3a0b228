import { join } from 'node:path';
import type { SightingAnswer, SightingsAnswer } from '@framewire/contract';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { Hono } from 'hono';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './handler.ts';
import { createMetrics } from './metrics.ts';
import { createFolderStore } from './pictures/folder-store.ts';
import { createFrameBuffer } from './pictures/frame-buffer.ts';
import { createSightingPictures } from './pictures/sighting-pictures.ts';
import { readSettings } from './settings.ts';
import { startDatabase } from './testing/databases.ts';
import { idOf, recordOf, trackOf } from './testing/records.ts';
import { writeBatch } from './tracks/write-batch.ts';

/** What was seen at which camera, of which class, from when on, and in which zones. The third has a picture. */
const SEEN = [
  { camera: 'door', label: 'person', begin: 1_000, zones: ['step'] },
  { camera: 'door', label: 'car', begin: 1_010, zones: [] },
  { camera: 'yard', label: 'person', begin: 1_020, zones: ['gate', 'step'] },
  { camera: 'yard', label: '=1+1', begin: 1_030, zones: [] },
  // at the same moment: the cursor must part them
  { camera: 'hall', label: 'dog', begin: 1_040, zones: ['step'] },
  { camera: 'hall', label: 'dog', begin: 1_040, zones: ['step'] },
  { camera: 'hall', label: 'dog', begin: 1_040, zones: ['step'] },
  // of detectors with one class: that of faces names none
  { camera: 'porch', label: undefined, begin: 1_050, zones: [] },
  { camera: 'porch', label: 'face', begin: 1_051, zones: [] },
  { camera: 'porch', label: undefined, begin: 1_052, zones: [] },
  { camera: 'dock', label: undefined, topic: 'parcels', begin: 1_053, zones: [] },
];
/** The number of each sighting, from 1 on, by its id. */
const numbers = new Map(SEEN.map(({ camera }, i) => [idOf('sighting', camera, i + 1), i + 1]));
const [PICTURED, BARE] = [idOf('sighting', 'yard', 3), idOf('sighting', 'door', 1)];
const KEY = 'of-sightings';

let kept: Awaited<ReturnType<typeof startDatabase>>;
let jpeg: Buffer;
let app: Hono;
let locked: Hono;
beforeAll(async () => {
  kept = await startDatabase();
  const { database } = kept;
  const store = createFolderStore(join(kept.folder, 'pictures'));
  const buffer = createFrameBuffer(10_000_000);
  const registry = createRegistry();
  const pictures = createSightingPictures({
    database,
    store,
    buffer,
    onBytes() {},
    metrics: createMetrics(registry),
    log: silentLog,
  });
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  jpeg = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'grey', noise } })
    .jpeg()
    .toBuffer();
  const records = SEEN.map(({ camera, label, begin, zones, topic = 'faces' }, i) =>
    recordOf(camera, i + 1, { topic, tracks: [trackOf(camera, i + 1, { label, begin, zones })] }),
  );
  buffer.add(records[2]!.frame_id, jpeg);
  const entries = records.map((record, position) => ({ position, content: new Uint8Array(), record }));
  const batch = await writeBatch({ database, onSighting: async () => {}, isHeld: buffer.has }, entries);
  pictures.offer(batch.candidates.values());
  await pictures.settled();
  const serve = (key?: string) =>
    createApp({ database, store, key, notifications: new Hono(), problem: () => undefined, registry, log: silentLog });
  [app, locked] = [serve(), serve(KEY)];
});
afterAll(() => kept.remove());

async function listed(search: string): Promise<{ found: (number | undefined)[]; next?: string }> {
  const answer = await app.request(`/api/sightings?${search}`);
  expect(answer.status).toBe(200);
  const { sightings, next } = (await answer.json()) as SightingsAnswer;
  return { found: sightings.map(({ id }) => numbers.get(id)), next };
}
async function refused(path: string): Promise<[number, string, string]> {
  const answer = await app.request(path);
  const { code, error } = (await answer.json()) as { code: string; error: string };
  return [answer.status, code, error];
}

describe('a list of sightings', () => {
  it.each([
    ['camera=door', [2, 1]],
    ['label=person', [3, 1]],
    ['label=face', [10, 9, 8]],
    ['label=face&to=1051', [9, 8]],
    ['label=object', [11]],
    ['zone=gate', [3]],
    ['zone=step&camera=door', [1]],
    ['zone=step&label=person', [3, 1]],
    ['from=1010&to=1030', [4, 3, 2]],
    ['zone=step&from=1001&to=1039', [3]],
    ['camera=nowhere', []],
  ])('by %s', async (search, numbers) => {
    expect(await listed(search)).toEqual({ found: numbers, next: undefined });
  });

  it.each([
    ['', 11],
    ['zone=step&', 5],
    ['label=face&', 3],
  ])('comes page by page, each once, the newest first: %s', async (filter, count) => {
    const whole = (await listed(filter)).found;
    for (const limit of [1, 2, 3]) {
      const pages: (number | undefined)[][] = [];
      let cursor = '';
      do {
        const { found, next } = await listed(`${filter}limit=${limit}${cursor}`);
        pages.push(found);
        cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
      } while (cursor && pages.length < 20);
      expect(pages.flat()).toEqual(whole);
      expect(pages).toHaveLength(Math.ceil(count / limit));
    }
    expect(new Set(whole).size).toBe(count);
  });

  it.each([
    ['/api/sightings?colour=red', 'unknown_parameter', '"colour"'],
    ['/api/sightings?cameras=door', 'unknown_parameter', 'use camera'],
    ['/api/sightings?camera=door&camera=yard', 'repeated_parameter', '"camera"'],
    ['/api/sightings?camera=a%20b', 'camera', 'camera=a b'],
    ['/api/sightings?label=', 'label', '1 to 200'],
    ['/api/sightings?from=yesterday', 'from', 'from=yesterday'],
    ['/api/sightings?to=1796059000000', 'to', 'milliseconds'],
    ['/api/sightings?limit=0', 'limit', 'limit=0'],
    ['/api/sightings?limit=1001', 'limit', '1 to 1000'],
    ['/api/sightings?cursor=5', 'cursor', 'cursor=5'],
    ['/api/sightings/export?limit=5', 'unknown_parameter', '"limit"'],
    ['/api/sightings/export?format=xml', 'format', 'csv, jsonl, coco'],
    ['/api/sightings/filters?camera=door', 'unknown_parameter', '"camera"'],
    [`/api/sightings/${BARE}?frame=1`, 'unknown_parameter', '"frame"'],
    [`/api/sightings/${BARE}/crop?size=1`, 'unknown_parameter', '"size"'],
    ['/api/sightings/7', 'sighting', '7: '],
    ['/api/frames/7/picture', 'frame', '7: '],
  ])('is refused with what is wrong: %s', async (path, code, words) => {
    expect(await refused(path)).toEqual([400, code, expect.stringContaining(words)]);
  });

  it('says what it can be searched by', async () => {
    expect(await (await app.request('/api/sightings/filters')).json()).toEqual({
      cameras: ['dock', 'door', 'hall', 'porch', 'yard'],
      labels: ['=1+1', 'car', 'dog', 'face', 'object', 'person'],
      zones: ['gate', 'step'],
    });
  });
});

describe('one sighting', () => {
  it('is shown whole', async () => {
    const answer = await app.request(`/api/sightings/${PICTURED}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(((await answer.json()) as SightingAnswer).sighting).toEqual({
      id: PICTURED,
      camera_id: 'yard',
      topic: 'faces',
      track_id: 3,
      label: 'person',
      begin: 1_020,
      end: 1_020,
      frames: 1,
      best_score: 0.8,
      zones: ['gate', 'step'],
      best: {
        frame_id: idOf('frame', 'yard', 3),
        captured_at: 1_003,
        box: { x: 100, y: 100, w: 50, h: 50 },
        image: { width: 640, height: 480 },
      },
      has_picture: true,
    });
  });

  it.each([
    [`/api/sightings/${idOf('nothing')}`, 'no_such_sighting'],
    [`/api/sightings/${idOf('nothing')}/picture`, 'no_such_sighting'],
    [`/api/sightings/${BARE}/picture`, 'no_picture'],
    [`/api/sightings/${BARE}/crop`, 'no_picture'],
    [`/api/frames/${idOf('frame', 'door', 1)}/picture`, 'no_picture'],
    ['/api/sighting', 'not_found'],
  ])('or picture that is not there is a 404: %s', async (path, code) => {
    expect((await refused(path)).slice(0, 2)).toEqual([404, code]);
  });

  it.each([`/api/sightings/${PICTURED}/picture`, `/api/frames/${idOf('frame', 'yard', 3)}/picture`])(
    'has the frame in which it is seen best: %s',
    async (path) => {
      const answer = await app.request(path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect(Buffer.from(await answer.arrayBuffer()).equals(jpeg)).toBe(true);
      const etag = answer.headers.get('etag')!;
      const again = await app.request(path, { headers: { 'if-none-match': etag } });
      expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
      expect((await app.request(path, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
    },
  );

  it('has a crop around it, with a margin', async () => {
    const answer = await app.request(`/api/sightings/${PICTURED}/crop`);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ format: 'jpeg', width: 76, height: 76 });
  });
});

describe('an export', () => {
  const exported = async (search: string) => {
    const answer = await app.request(`/api/sightings/export?${search}`);
    expect(answer.status).toBe(200);
    return { text: await answer.text(), name: answer.headers.get('content-disposition') };
  };

  it('is CSV, in which no text is a formula', async () => {
    const { text, name } = await exported('camera=yard');
    expect(name).toBe('attachment; filename="sightings.csv"');
    const [head, first, second, end] = text.split('\r\n');
    expect(head).toMatch(/^id,camera_id,topic,track_id,label,begin,end,/);
    expect(first).toContain(",yard,faces,4,'=1+1,1970-01-01T00:17:10.000Z,,1,0.8,,");
    expect(second).toContain(
      `${PICTURED},yard,faces,3,person,1970-01-01T00:17:00.000Z,1970-01-01T00:17:00.000Z,1,0.8,gate step,`,
    );
    expect(end).toBe('');
  });

  it('is a sighting in each line', async () => {
    const { text, name } = await exported('format=jsonl&zone=step');
    expect(name).toContain('sightings.jsonl');
    const { sightings } = (await (await app.request('/api/sightings?zone=step')).json()) as SightingsAnswer;
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(sightings);
  });

  it('is COCO, of what has a picture', async () => {
    const { text, name } = await exported('format=coco');
    expect(name).toContain('sightings.json"');
    const { images, annotations, categories } = JSON.parse(text);
    expect(images).toEqual([
      expect.objectContaining({ id: 1, file_name: `${PICTURED}/picture`, width: 640, height: 480, camera_id: 'yard' }),
    ]);
    expect((await app.request(`/api/sightings/${images[0].file_name}`)).status).toBe(200);
    expect(annotations).toEqual([
      expect.objectContaining({
        image_id: 1,
        category_id: 1,
        bbox: [100, 100, 50, 50],
        area: 2_500,
        sighting_id: PICTURED,
      }),
    ]);
    expect(categories).toEqual([{ id: 1, name: 'person', supercategory: '' }]);
  });

  it('of nothing is whole too', async () => {
    expect(JSON.parse((await exported('format=coco&camera=nowhere')).text)).toMatchObject({
      images: [],
      annotations: [],
    });
    expect((await exported('format=csv&camera=nowhere')).text).toMatch(/^id,[^\r]*\r\n$/);
  });
});

describe('the key', () => {
  it.each([
    '/api/sightings',
    '/api/sightings/filters',
    '/api/sightings/export',
    `/api/sightings/${PICTURED}/crop`,
    `/api/frames/${idOf('frame', 'yard', 3)}/picture`,
  ])('is wanted at %s', async (path) => {
    const status = async (authorization?: string) =>
      (await locked.request(path, authorization ? { headers: { authorization } } : {})).status;
    expect([await status(), await status('Bearer another'), await status(`Bearer ${KEY}`)]).toEqual([401, 401, 200]);
  });

  it('must be set beyond loopback, and probes need none', async () => {
    const env = { AMQP_URL: 'amqp://127.0.0.1', HOST: '0.0.0.0' };
    expect(() => readSettings(env)).toThrow('SIGHTINGS_KEY: not set');
    expect(readSettings({ ...env, SIGHTINGS_KEY: KEY }).SIGHTINGS_KEY).toBe(KEY);
    expect(readSettings({ ...env, HOST: '127.0.0.1' }).SIGHTINGS_KEY).toBeUndefined();
    expect((await locked.request('/readyz')).status).toBe(200);
  });
});
