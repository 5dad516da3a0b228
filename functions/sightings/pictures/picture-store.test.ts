import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderStore } from './folder-store.ts';
import type { PictureStore } from './picture-store.ts';
import { createS3Store } from './s3-store.ts';

const BUCKET = 'pictures';
const KEYS = { region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
let folder: string;
let server: InstanceType<typeof S3rver>;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-pictures-'));
  server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port } = await server.run();
  url = `http://127.0.0.1:${port}/${BUCKET}`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const jpeg = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
async function keysOf(store: PictureStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const some of store.list()) {
    for (const { key, at } of some) {
      expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
      keys.push(key);
    }
  }
  return keys.sort();
}

describe.each([
  { name: 'a folder', open: () => createFolderStore(join(folder, 'files')) },
  { name: 'an S3 store', open: () => createS3Store({ url, ...KEYS }) },
  { name: 'a folder in an S3 store', open: () => createS3Store({ url: `${url}/below/here/`, ...KEYS }) },
])('pictures in $name', ({ open }) => {
  it('are there as they were put, until they are deleted', async () => {
    const store = open();
    expect(await keysOf(store)).toEqual([]);
    await store.put('2026-11-30/a.jpg', jpeg('one'));
    await store.put('2026-11-30/a.jpg', jpeg('another'));
    await store.put('2026-12-01/b.jpg', jpeg('two'));
    expect(textOf(await store.get('2026-11-30/a.jpg'))).toBe('another');
    expect(await store.get('2026-11-30/c.jpg')).toBeUndefined();
    expect(await keysOf(store)).toEqual(['2026-11-30/a.jpg', '2026-12-01/b.jpg']);
    await store.delete(['2026-11-30/a.jpg', '2026-11-30/never.jpg']);
    expect(await store.get('2026-11-30/a.jpg')).toBeUndefined();
    expect(await keysOf(store)).toEqual(['2026-12-01/b.jpg']);
    await store.delete(['2026-12-01/b.jpg']);
    expect(await keysOf(store)).toEqual([]);
  });
});

it('a folder keeps nothing of a writing that was cut off, nor days without pictures', async () => {
  const store = createFolderStore(join(folder, 'cut'));
  await store.put('2026-11-30/a.jpg', jpeg('one'));
  writeFileSync(join(folder, 'cut/2026-11-30/.b.jpg.new'), 'half');
  expect(await keysOf(store)).toEqual(['2026-11-30/a.jpg']);
  expect(readdirSync(join(folder, 'cut/2026-11-30'))).toEqual(['a.jpg']);
  await store.delete(['2026-11-30/a.jpg']);
  expect(readdirSync(join(folder, 'cut'))).toEqual([]);
});

it('an S3 store says what is wrong: no such bucket, another key', async () => {
  const nowhere = createS3Store({ url: url.replace(BUCKET, 'nowhere'), ...KEYS });
  await expect(nowhere.put('a.jpg', jpeg('one'))).rejects.toThrow('no bucket nowhere');
  const stranger = createS3Store({ url, ...KEYS, accessKeyId: 'STRANGER' });
  await expect(stranger.put('a.jpg', jpeg('one'))).rejects.toThrow(/answers PUT with 403/);
});
