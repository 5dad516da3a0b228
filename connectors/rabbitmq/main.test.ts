import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Env } from '@framewire/runtime/process';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram, type TestProgram } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER, detector } from './testing/gateway.ts';
import { startTestSystem, type TestSystem } from './testing/system.ts';

let program: TestProgram;
let system: TestSystem;
beforeAll(async () => {
  program = await buildProgram({ part: 'connectors/rabbitmq' });
  system = await startTestSystem();
});
afterAll(async () => {
  await system.close();
  program.remove();
});

function start(env: Env = {}): ChildProcess {
  const settings = { AMQP_URL: system.vhost.amqp, GATEWAY_URL: system.gateway.url, PORT: '0', LOG_LEVEL: 'silent' };
  return spawn(process.execPath, [program.file], { env: { ...process.env, ...settings, ...env } });
}

describe('the process', () => {
  it('that is killed loses no frame, and one that gets SIGTERM drains', async () => {
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
