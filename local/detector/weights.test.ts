import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listenOnLoopback } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bringWeights, describeDetector } from './weights.ts';

const { FRAMEWIRE_MODELS: MODELS } = process.env;
const FILE = 'yunet_n_320_320.onnx';
const root = resolve(import.meta.dirname, '../..');
const never = new AbortController().signal;

let models: string;
let server: Server | undefined;
const asked: (string | undefined)[] = [];
beforeEach(() => {
  models = join(mkdtempSync(join(tmpdir(), 'framewire-weights-')), 'models');
  asked.length = 0;
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(join(models, '..'), { recursive: true });
});

/** A mirror on this machine. */
async function serve(listener: RequestListener): Promise<{ FRAMEWIRE_MODELS_MIRROR: string }> {
  server = createServer((request, response) => {
    asked.push(request.url);
    listener(request, response);
  });
  const port = await listenOnLoopback(server!);
  return { FRAMEWIRE_MODELS_MIRROR: `http://127.0.0.1:${port}/onnx/` };
}

it.skipIf(!MODELS)(
  'the first start downloads the weights, and the next one asks nobody (FRAMEWIRE_MODELS)',
  async () => {
    const weights = readFileSync(join(MODELS!, FILE));
    const env = await serve((_, response) => response.end(weights));
    expect(describeDetector({ detector: 'auto', models })).toBe(
      'Haar. YuNet finds more and takes far less CPU: npm run models',
    );
    expect(await bringWeights(root, { models, download: true }, env, never)).toBeUndefined();
    expect(readFileSync(join(models, FILE)).equals(weights)).toBe(true);
    expect(await bringWeights(root, { models, download: true }, env, never)).toBeUndefined();
    expect(asked).toEqual([`/onnx/${FILE}`]);
    expect(describeDetector({ detector: 'auto', models })).toMatch(/^YuNet\. Haar .*--detector haar$/);
    expect(describeDetector({ detector: 'haar', models })).toMatch(/^Haar\. YuNet .*leave out --detector haar$/);
  },
);

it('a server that never answers is given up after the limit, and asked once', async () => {
  const env = await serve(() => {});
  const why = await bringWeights(root, { models, download: true }, env, never, 2_000);
  expect(why).toBe('no answer within 2 s');
  expect(asked).toHaveLength(1);
});

it('a server that sends one byte after the other is given up after the limit as well', async () => {
  const env = await serve((_, response) => {
    const drip = setInterval(() => response.write('x'), 10);
    response.once('close', () => clearInterval(drip));
  });
  expect(await bringWeights(root, { models, download: true }, env, never, 200)).toBe('no answer within 0.2 s');
  expect(existsSync(models)).toBe(false);
});

it('no network is one line, and the start goes on with Haar', async () => {
  const env = await serve(() => {});
  await new Promise((done) => server!.close(done));
  const why = await bringWeights(root, { models, download: true }, env, never);
  expect(why).toMatch(/^connect ECONNREFUSED/);
  const line = describeDetector({ detector: 'auto', models }, why);
  expect(line).toMatch(/^Haar\. .*npm run models \(not downloaded: connect .*\)$/);
  expect(line).not.toContain('\n');
});

it('a file of another content is not taken', async () => {
  const env = await serve((_, response) => response.end(Buffer.alloc(317_434)));
  expect(await bringWeights(root, { models, download: true }, env, never)).toContain('its sha256 is');
  expect(existsSync(models)).toBe(false);
});

it('an end of the start ends it', async () => {
  const env = await serve(() => ending.abort());
  const ending = new AbortController();
  expect(await bringWeights(root, { models, download: true }, env, ending.signal)).toContain('aborted');
});

it('nothing is asked for where the options say so, or where a file is there', async () => {
  const env = await serve((_, response) => response.end());
  expect(await bringWeights(root, { models, download: false }, env, never)).toBeUndefined();
  copyFileSync(import.meta.filename, join(models, '..', FILE));
  expect(await bringWeights(root, { models: join(models, '..'), download: true }, env, never)).toBeUndefined();
  expect(asked).toEqual([]);
});
