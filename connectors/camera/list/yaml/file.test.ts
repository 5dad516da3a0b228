import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram, createTestVhost, type TestProgram, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeFolder } from '../../testing/bench.ts';
import { type Connector, startConnector } from '../../testing/process.ts';

let built: TestProgram;
let vhost: TestVhost;
let data: string;
let file: string;
let connector: Connector;
beforeAll(async () => {
  [built, vhost] = await Promise.all([buildProgram({ part: 'connectors/camera' }), createTestVhost()]);
});
beforeEach(async () => {
  data = await makeFolder();
  file = join(data, 'cameras.yaml');
});
afterEach(async () => {
  await connector.end('SIGKILL');
  await rm(data, { recursive: true });
});
afterAll(async () => {
  await vhost.drop();
  built.remove();
});

async function start(env: Record<string, string> = {}): Promise<string> {
  connector = startConnector(built.file, { AMQP_URL: vhost.amqp, DATA: data, CAMERAS_YAML: file, ...env });
  return `${await connector.origin}/cameras`;
}
const of = async (url: string) => (await fetch(url)).json();
const ids = async (url: string) =>
  (await of(url)).cameras.map(({ camera_id }: { camera_id: string }) => camera_id).sort();

/** As editors do it. */
async function replace(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

it('its cameras run, follow it, and cannot be changed otherwise', async () => {
  await writeFile(file, 'cameras:\n  door: {url: "demo:", fps: 2}\n  yard: {url: "demo:2", fps: 2}\n  bad: {url: 7}\n');
  const url = await start();
  await waitFor('both', async () => (await ids(url)).join() === 'door,yard');
  const { refused, cameras } = await of(url);
  expect(refused).toEqual([{ camera_id: 'bad', reason: 'line 4: a camera needs a url, as text' }]);
  expect(cameras[0].defined_in).toBe(file);
  for (const [method, path, body] of [
    ['PUT', 'door', { url: 'demo:3' }],
    ['PATCH', 'door', { fps: 5 }],
    ['DELETE', 'door', undefined],
    ['POST', 'door/rename', { to: 'porch' }],
  ] as const) {
    const response = await fetch(`${url}/${path}`, { method, body: body && JSON.stringify(body) });
    expect([response.status, (await response.json()).error]).toEqual([
      409,
      `door is defined in ${file}: change it there`,
    ]);
  }
  await fetch(`${url}/hall`, { method: 'PUT', body: '{"url": "demo:", "fps": 2}' });

  const { source } = await of(`${url}/door`);
  await replace('cameras:\n  door: {url: "demo:", fps: 2, name: Door}\n  gate: {url: "demo:", fps: 2}\n');
  await waitFor('the change', async () => (await ids(url)).join() === 'door,gate,hall');
  expect(await of(`${url}/door`)).toMatchObject({ source, name: 'Door' });
  await writeFile(file, 'cameras: [');
  await waitFor('the problem', async () => /line 1: this is not YAML/.test((await of(url)).problem ?? ''));
  expect(await ids(url)).toEqual(['door', 'gate', 'hall']);
  await replace('cameras:\n  hall: {url: "demo:9", fps: 2}\n');
  await waitFor('the list to give way', async () => (await ids(url)).join() === 'hall');
  expect(await of(`${url}/hall`)).toMatchObject({ url: 'demo:9', defined_in: file });
  const list = { cameras: {}, defined: ['hall'] };
  const stored = async () => JSON.parse(await readFile(join(data, 'cameras.json'), 'utf8'));
  await waitFor('the list', async () => isDeepStrictEqual(await stored(), list));
});

it('is followed as a ConfigMap, and when a password file changes', async () => {
  await Promise.all(['one', 'two'].map((name) => mkdir(join(data, name))));
  const secret = join(data, 'secret');
  await writeFile(secret, 'first');
  await writeFile(
    join(data, 'one', 'cameras.yaml'),
    `cameras:\n  door: {url: "http://me:\${file:${secret}}@127.0.0.1:1/"}\n`,
  );
  await writeFile(join(data, 'two', 'cameras.yaml'), 'cameras:\n  yard: {url: "demo:", fps: 2}\n');
  await symlink('one', join(data, '..data'));
  await symlink(join('..data', 'cameras.yaml'), file);
  const url = await start();
  await waitFor('the first', async () => (await ids(url)).join() === 'door');
  const { source } = await of(`${url}/door`);
  await writeFile(secret, 'second');
  await waitFor('the other password', async () => (await of(`${url}/door`)).source !== source);
  await symlink('two', join(data, '..data_tmp'));
  await rename(join(data, '..data_tmp'), join(data, '..data'));
  await waitFor('the second', async () => (await ids(url)).join() === 'yard');
});

it('removes a camera that it lost while the connector was stopped, and wants no file to be there', async () => {
  const url = await start();
  expect((await of(url)).problem).toBe(`${file} cannot be read: ENOENT`);
  await replace('cameras:\n  door: {url: "demo:", fps: 2}\n');
  await waitFor('door', async () => (await ids(url)).join() === 'door');
  await waitFor('the list', async () => (await readFile(join(data, 'cameras.json'), 'utf8')).includes('door'));
  await connector.end('SIGTERM');
  await replace('cameras:\n');
  const again = await start();
  await waitFor('the removal', () => connector.said().includes(`camera door: removed by ${file}`));
  expect(await ids(again)).toEqual([]);
});
