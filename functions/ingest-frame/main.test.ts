import { fork } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram, startSlowBroker } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jpeg, startQueue, type TestQueue } from './testing/ingest.ts';

let queue: TestQueue;
let program: Awaited<ReturnType<typeof buildProgram>>;
beforeAll(async () => {
  queue = await startQueue(20);
  program = await buildProgram({ part: 'functions/ingest-frame' });
});
afterAll(async () => {
  program.remove();
  await queue.close();
});

it('lives through a broker that takes 2.3 s for each piece of an answer, and takes frames as soon as it can', async () => {
  const proxy = await startSlowBroker(queue.vhost.amqp, 2_300);
  const env = { ...process.env, AMQP_URL: proxy.amqp, PORT: '0', PUBLISH_TIMEOUT_MS: '10000', LOG_LEVEL: 'warn' };
  const child = fork(program.file, { env, silent: true });
  try {
    let said = '';
    child.stderr!.on('data', (text) => {
      said += text;
    });
    const [{ listening }] = await once(child, 'message');
    queue.take();
    const post = () =>
      fetch(`http://127.0.0.1:${listening}/?camera=slow`, { method: 'POST', body: jpeg('slow', 1_000) });
    await waitFor(
      'a frame to be taken',
      async () => {
        expect(child.exitCode, said).toBe(null);
        return (await post()).status === 202;
      },
      { timeout: 90_000, every: 1_000 },
    );
    await waitFor('it to be in the queue', () => queue.frames.length > 0);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await proxy.close();
  }
}, 150_000);
