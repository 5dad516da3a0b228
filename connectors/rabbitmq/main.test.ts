import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Env } from '@framewire/runtime/process';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER, detector } from './testing/gateway.ts';
import { startTestSystem, type TestSystem } from './testing/system.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = at(`node_modules/.cache/test-${process.pid}/main.js`);

let system: TestSystem;
beforeAll(async () => {
  // as a build does: Node 20 does not run TypeScript
  await promisify(execFile)(process.execPath, [
    at('../../node_modules/esbuild/bin/esbuild'),
    ...[at('main.ts'), `--outfile=${program}`, '--bundle', '--platform=node', '--format=esm', '--packages=external'],
    `--alias:@framewire/contract=${at('../../contract/index.ts')}`,
    `--alias:@framewire/runtime=${at('../../runtime')}`,
  ]);
  system = await startTestSystem();
});
afterAll(async () => {
  await system.close();
  await rm(at(`node_modules/.cache/test-${process.pid}`), { recursive: true, force: true });
});

function start(env: Env = {}): ChildProcess {
  const settings = { AMQP_URL: system.vhost.amqp, GATEWAY_URL: system.gateway.url, PORT: '0', LOG_LEVEL: 'silent' };
  return spawn(process.execPath, [program], { env: { ...process.env, ...settings, ...env } });
}

describe('the process', () => {
  it('that is killed loses no frame, and one that is told to end drains', async () => {
    let slow = true;
    let asked = 0;
    const answer = async () => {
      asked++;
      if (slow) await new Promise(() => {});
      return Response.json(ANSWER);
    };
    system.gateway.functions.set('detect', detector({ replicas: 2, answer }));
    const first = start();
    const ids = await Promise.all(Array.from({ length: 12 }, () => system.send()));
    await waitFor('frames under way', () => asked === 4);
    first.kill('SIGKILL');
    await once(first, 'exit');

    slow = false;
    const second = start();
    await waitFor('every outcome', () => ids.every((id) => system.records(id).length > 0));
    expect(ids.map((id) => system.records(id).length)).toEqual(ids.map(() => 1));
    second.kill('SIGTERM');
    expect(await once(second, 'exit')).toEqual([0, null]);
  });

  it('ends with a line for each wrong setting', async () => {
    const child = start({ GATEWAY_URL: 'gateway:8080', CONCURRENCY: 'many' });
    let words = '';
    child.stderr!.on('data', (data) => {
      words += data;
    });
    expect((await once(child, 'close'))[0]).toBe(2);
    expect(words).toBe(
      'connector: GATEWAY_URL: "gateway:8080"; allowed: http://... or https://...\n' +
        'connector: CONCURRENCY: "many"; allowed: a whole number from 1 to 256\n',
    );
  });
});
