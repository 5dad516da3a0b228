import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildProgram, type TestProgram } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from './wait.ts';

const PROGRAM = `
import { listen, opsRoutes } from '@framewire/runtime/http';
import { integer, readConfig, runProcess } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
runProcess('probe', async ({ env, onRelease }) => {
  readConfig({ LEVEL: integer({ min: 1, max: 9, fallback: 1 }) }, env);
  const alive = setInterval(() => {}, 1000);
  if (env.SERVE) {
    const { port, close } = await listen(opsRoutes({ registry: createRegistry() }), { host: '127.0.0.1', port: 0 });
    onRelease('the server', close);
    console.log('port ' + port);
  }
  onRelease('first', () => { console.log('released first'); clearInterval(alive); });
  onRelease('second', async () => {
    console.log('releasing second');
    if (env.SLOW) await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
  console.log('up');
});`;

let program: TestProgram;
beforeAll(async () => {
  program = await buildProgram({ source: PROGRAM });
});
afterAll(() => program.remove());

const start = (env: Record<string, string> = {}) =>
  spawn(process.execPath, [program.file], { env: { ...process.env, LOG_LEVEL: 'silent', ...env } });

async function untilUp(child: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  child.stdout!.on('data', (data) => lines.push(...String(data).trim().split('\n')));
  while (!lines.includes('up')) await once(child.stdout!, 'data');
  return lines;
}

describe('a process', () => {
  it('drains at the first signal: what was opened last is released first', async () => {
    const child = start();
    const lines = await untilUp(child);
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(lines).toEqual(['up', 'releasing second', 'released first']);
  });

  it('goes on for as long as whoever sends it requests needs to learn of the end', async () => {
    const child = start({ DRAIN_AFTER_MS: '60000', LOG_LEVEL: 'info' });
    const lines = await untilUp(child);
    let said = '';
    child.stderr!.on('data', (data) => {
      said += data;
    });
    child.kill('SIGTERM');
    await waitFor('the drain to be said', () => said.includes('draining'));
    expect(lines).toEqual(['up']);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT'); // the second: at once
    await once(child, 'close');
    expect(lines).toEqual(['up']);
  });

  it('is not ready from the signal on, while it still answers', async () => {
    const child = start({ SERVE: '1', DRAIN_AFTER_MS: '60000' });
    const lines = await untilUp(child);
    const port = lines.find((line) => line.startsWith('port '))!.slice(5);
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await get('/readyz')).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^framewire_build_info\{version="\d+\.\d+\.\d+",node_version="[\d.]+",part="probe"\} 1$/m);
    child.kill('SIGTERM');
    await waitFor('it to say that it is not ready', async () => (await get('/readyz')) === 503);
    expect([await get('/_/ready'), await get('/healthz')]).toEqual([503, 200]);
    child.kill('SIGTERM');
    await once(child, 'close');
  });

  it('ends at once at the second', async () => {
    const child = start({ SLOW: '1' });
    const lines = await untilUp(child);
    child.kill('SIGTERM');
    while (!lines.includes('releasing second')) await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(lines).not.toContain('released first');
  });

  it('gives up a drain that takes too long', async () => {
    const child = start({ SLOW: '1', DRAIN_MS: '200' });
    await untilUp(child);
    child.kill('SIGINT');
    expect((await once(child, 'close'))[0]).toBe(1);
  });

  it('ends with one line for a wrong setting', async () => {
    const child = start({ LEVEL: 'ten' });
    let words = '';
    child.stderr.on('data', (data) => {
      words += data;
    });
    expect((await once(child, 'close'))[0]).toBe(2);
    expect(words).toBe('probe: LEVEL: "ten"; allowed: a whole number from 1 to 9\n');
  });

  it('drains when the parent that forked it has exited', async () => {
    const child = fork(program.file, {
      env: { ...process.env, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const lines = await untilUp(child);
    const read = once(child.stdout!, 'close');
    child.disconnect(); // after which Node says 'exit' of a child, and never 'close'
    await once(child, 'exit');
    await read;
    expect(lines.at(-1)).toBe('released first');
  });
});
