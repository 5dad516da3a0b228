/** `npm run models`: from a server of one's own, broken off, wrong, slow to come back; never from the network. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../testkit/system/loopback.ts';

const { FRAMEWIRE_MODELS: MODELS } = process.env;
const { download } = await import(/* @vite-ignore */ new URL('download.mjs', import.meta.url).href);
const FILE = 'yunet_n_320_320.onnx';
const SHA256 = '81dbde155e982455488235acb8ec2dec5d647edf7cf7080d33e4abb69b93a0d2';

const content = randomBytes(200_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const known = { bytes: content.length, sha256, pause: 1 };

let folder: string;
let file: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-models-'));
  file = join(folder, 'weights.onnx');
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  const port = await listenOnLoopback(server!);
  return `http://127.0.0.1:${port}/weights.onnx`;
}

const serveBytes = (bytes: Buffer) => serve((_, response) => response.end(bytes));

describe('a download', () => {
  it('that breaks off is made once more, reports how far it is, and is whole before it has its name', async () => {
    const failures: string[] = [];
    const url = await serve((_, response) => {
      if (failures.length > 0) return void response.end(content);
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 50_000), () => response.destroy());
    });
    const reported: number[] = [];
    const progress = (have: number) => reported.push(have);
    await download(url, file, { ...known, progress, retry: ({ message }: Error) => failures.push(message) });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(failures).toHaveLength(1);
    expect(reported.at(-1)).toBe(content.length);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('is refused with both hashes when it is another file, and nothing of it stays', async () => {
    const other = Buffer.from(content);
    other[77]! ^= 1;
    const url = await serveBytes(other);
    const found = createHash('sha256').update(other).digest('hex');
    await expect(download(url, file, known)).rejects.toThrow(
      `${url} is not what was pinned: its sha256 is ${found}, not ${sha256}`,
    );
    expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false);
  });

  it('is refused when it does not end', async () => {
    const url = await serve((_, response) => {
      const pour = () => response.writable && response.write(Buffer.alloc(65_536), () => setImmediate(pour));
      pour();
    });
    await expect(download(url, file, known)).rejects.toThrow('more than the 200000 bytes that were pinned');
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('is tried again when the server is out of order, but only once, and not when it has no such file', async () => {
    let requests = 0;
    const statuses = [503, 200, 503, 503, 404];
    const url = await serve((_, response) => response.writeHead(statuses[requests++]!).end(content));
    await download(url, file, known);
    expect(requests).toBe(2);
    await expect(download(url, file, known)).rejects.toThrow(`${url} answers 503`);
    expect(requests).toBe(4);
    await expect(download(url, file, known)).rejects.toThrow(`${url} answers 404`);
    expect(requests).toBe(5);
  });

  it.each(['http://example.com/weights.onnx', 'ftp://127.0.0.1/weights.onnx', 'weights.onnx'])(
    'is not made over %s',
    async (url) => {
      await expect(download(url, file, known)).rejects.toThrow('allowed: https://..., or http:// on this machine');
    },
  );
});

describe('npm run models', () => {
  const run = (...args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const program = fileURLToPath(new URL('../models.mjs', import.meta.url));
      const env = { ...process.env, FRAMEWIRE_MODELS_MIRROR: '', INIT_CWD: '' };
      const child = execFile(process.execPath, [program, ...args], { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode!, said: stdout + stderr }),
      );
    });

  it('refuses a file of another content with both hashes, wherever it comes from', async () => {
    writeFileSync(join(folder, FILE), content);
    const to = join(folder, 'to');
    const words = `its sha256 is ${sha256}, not ${SHA256}`;
    const copied = await run('--from', folder, '--to', to);
    expect(copied).toMatchObject({ code: 1, said: expect.stringContaining(words) });
    const mirror = new URL('.', await serveBytes(Buffer.alloc(317_434))).href;
    const fetched = await run('--mirror', mirror, '--to', to);
    expect(fetched).toMatchObject({ code: 1, said: expect.stringMatching(/its sha256 is [0-9a-f]{64}, not 81dbde15/) });
    expect(existsSync(join(to, FILE))).toBe(false);
  });

  it('names what is wrong in one line', async () => {
    expect(await run('--from', folder, '--to', folder)).toEqual({
      code: 1,
      said: `framewire: ${join(folder, FILE)} is not there\n`,
    });
    expect(await run('yunet_x.onnx')).toMatchObject({ code: 1, said: expect.stringContaining('allowed: yunet_n_320') });
    expect(await run('--mirror', 'http://example.com')).toMatchObject({
      code: 1,
      said: expect.stringContaining('allowed: https://'),
    });
  });

  it.skipIf(!MODELS)('takes the weights from a folder and from a mirror (FRAMEWIRE_MODELS)', async () => {
    const weights = readFileSync(join(MODELS!, FILE));
    const [copied, fetched] = [join(folder, 'copied'), join(folder, 'fetched')];
    expect(await run('--from', MODELS!, '--to', copied)).toMatchObject({ code: 0 });
    expect(readFileSync(join(copied, FILE)).equals(weights)).toBe(true);
    const mirror = new URL('.', await serveBytes(weights)).href;
    const first = await run('--mirror', mirror, '--to', fetched);
    expect(first).toMatchObject({ code: 0, said: expect.stringContaining('100 % of 317434 bytes') });
    expect(readFileSync(join(fetched, FILE)).equals(weights)).toBe(true);
    server!.close();
    expect(await run('--mirror', mirror, '--to', fetched)).toMatchObject({
      code: 0,
      said: expect.stringContaining('is there already'),
    });
  });
});
