import { once } from 'node:events';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildResults, type Program, type Running } from './testing/process.ts';

let program: Program;
let running: Running;
beforeAll(async () => {
  program = await buildResults();
});
afterEach(() => {
  running.child.kill('SIGKILL');
});
afterAll(() => program.remove());

function start(env: Record<string, string>): void {
  running = program.start(env);
}

it('serves the page and says what is away, while the broker is', async () => {
  start({ AMQP_URL: 'amqp://127.0.0.1:1' });
  const url = await running.url();
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const status = await waitFor('the words', async () => {
    const now = await (await fetch(`${url}/api/status`)).json();
    return now.broker.message.includes('ECONNREFUSED') && now;
  });
  expect(status).toMatchObject({ broker: { ok: false }, stream: { ok: false }, prometheus: { ok: false }, viewers: 0 });
  running.child.kill('SIGTERM');
  expect(await once(running.child, 'exit')).toEqual([0, null]);
});

it('does not start on wrong settings, or beyond loopback without a key', async () => {
  start({ AMQP_URL: 'localhost', REPLAY_WINDOW: 'long', ALLOWED_ORIGINS: 'example.org' });
  expect((await once(running.child, 'exit'))[0]).toBe(2);
  expect(running.said().trim().split('\n')).toEqual([
    'results-ws: ALLOWED_ORIGINS: "example.org"; allowed: origins such as https://example.org, with commas between them',
    'results-ws: AMQP_URL: (secret); allowed: amqp://... or amqps://..., one or several with commas between them',
    'results-ws: REPLAY_WINDOW: "long"; allowed: a number and s, m, h or D',
  ]);
  start({ AMQP_URL: 'amqp://127.0.0.1:1', HOST: '0.0.0.0' });
  expect((await once(running.child, 'exit'))[0]).toBe(2);
  expect(running.said()).toContain('RESULTS_KEY: not set');
});
