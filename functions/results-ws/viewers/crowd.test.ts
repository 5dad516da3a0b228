import { once } from 'node:events';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildResults, type Program, type Running } from '../testing/process.ts';
import { createProducer, type Producer } from '../testing/replica.ts';
import { type Client, transports } from '../testing/viewers.ts';

/** FRAMEWIRE_TEST_VIEWERS=5000 makes a larger crowd (of files too: `ulimit -n`). */
const VIEWERS = Number(process.env.FRAMEWIRE_TEST_VIEWERS) || 500;
const ROUNDS = 3;
const MISSED = 2_000;
/** Allowed beyond what the first round left, bytes: what V8 and the allocator keep is not given back at once. */
const SLACK = 64 * 1024 * 1024;

let vhost: TestVhost;
let producer: Producer;
let program: Program;
let running: Running;
beforeAll(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
  program = await buildResults();
  running = program.start({ AMQP_URL: vhost.amqp, MAX_VIEWERS: String(VIEWERS + 10) });
});
afterAll(async () => {
  running.child.kill('SIGKILL');
  program.remove();
  await producer.close();
  await vhost.drop();
});

const TEST_MS = 300_000 + VIEWERS * 200;
const limits = { timeout: 120_000 + VIEWERS * 20 };

it(
  `${VIEWERS} viewers that leave while they are behind end nothing, and leave nothing`,
  async () => {
    const url = await running.url();
    await waitFor('it to be ready', async () => (await fetch(`${url}/readyz`)).ok);
    for (let n = 0; n < MISSED; n += 100) await Promise.all(Array.from({ length: 100 }, () => producer.result({})));
    const viewers = async () => (await (await fetch(`${url}/api/status`)).json()).viewers;
    const metric = async (name: string) =>
      Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

    const left: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const crowd: Client[] = [];
      for (let n = 0; n < VIEWERS; n += 50) {
        const some = Array.from({ length: Math.min(50, VIEWERS - n) }, async (_, k) => {
          const client = await transports[(n + k) % transports.length]!.connect(url, 0);
          client.pause();
          return client;
        });
        crowd.push(...(await Promise.all(some)));
      }
      // a WebSocket that reads nothing is cut after 15 s: of a large crowd some have been closed by now
      expect(await viewers()).toBeGreaterThan(0);
      await producer.frame('door');
      for (const client of crowd) client.vanish();
      await waitFor('all to leave', async () => (await viewers()) === 0, limits);
      left.push(await metric('process_resident_memory_bytes'));
    }
    expect(left.at(-1)! - left[0]!).toBeLessThan(SLACK);
    expect(await (await fetch(`${url}/metrics`)).text()).not.toMatch(/^background_failures_total/m);

    // whoever comes next gets all
    const [, , events] = transports;
    const next = await events!.connect(url, 0);
    await waitFor('all that it missed', () => next.shown.length >= MISSED);
    running.child.kill('SIGTERM');
    expect(await once(running.child, 'exit')).toEqual([0, null]);
  },
  TEST_MS,
);
