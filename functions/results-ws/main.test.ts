import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@framewire/runtime';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = at(`node_modules/.cache/test-${process.pid}/main.js`);

let child: ChildProcess;
let said = '';
beforeAll(async () => {
  // as a build does: Node 20 does not run TypeScript
  await build({
    entryPoints: [at('main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@framewire/contract': at('../../contract/index.ts'), '@framewire/runtime': at('../../runtime/index.ts') },
  });
});
afterEach(() => {
  child.kill('SIGKILL');
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

function start(env: Record<string, string>): void {
  said = '';
  child = fork(program, { env: { ...process.env, PORT: '0', LOG_LEVEL: 'silent', ...env }, silent: true });
  child.stderr!.on('data', (text) => {
    said += text;
  });
}

it('serves the page and says what is away, while the broker is', async () => {
  start({ AMQP_URL: 'amqp://127.0.0.1:1' });
  const url = `http://127.0.0.1:${(await once(child, 'message'))[0].listening}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const status = await waitFor('the words', async () => {
    const now = await (await fetch(`${url}/api/status`)).json();
    return now.broker.words.includes('ECONNREFUSED') && now;
  });
  expect(status).toMatchObject({ broker: { ok: false }, stream: { ok: false }, prometheus: { ok: false }, viewers: 0 });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('does not start on wrong settings, or beyond loopback without a key', async () => {
  start({ AMQP_URL: 'localhost', REPLAY_WINDOW: 'long', ALLOWED_ORIGINS: 'example.org' });
  expect((await once(child, 'exit'))[0]).toBe(2);
  expect(said.trim().split('\n')).toEqual([
    'results-ws: ALLOWED_ORIGINS: "example.org"; allowed: origins such as https://example.org, with commas between them',
    'results-ws: AMQP_URL: (secret); allowed: amqp://... or amqps://...',
    'results-ws: REPLAY_WINDOW: "long"; allowed: a number and s, m, h or D',
  ]);
  start({ AMQP_URL: 'amqp://127.0.0.1:1', HOST: '0.0.0.0' });
  expect((await once(child, 'exit'))[0]).toBe(2);
  expect(said).toContain('RESULTS_KEY: not set');
});
