import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXCHANGE, QUEUE, topology } from '@framewire/contract';
import { applyTopology, createBroker, createBrokerAdmin } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFree } from '../supervisor/free-ports.ts';
import { identify } from '../supervisor/process-identity.ts';
import { findProgram } from '../supervisor/spawn.ts';
import { nodePrograms } from './node/node.ts';
import { type Rabbit, startRabbit } from './rabbitmq.ts';
import { takeAll } from './testing/take-all.ts';

const installed = findProgram('epmd') !== undefined;
let data = '';
let rabbit: Rabbit;
const deaths: string[] = [];
const setups: boolean[] = [];
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'framewire-rabbit-'));
  if (!installed) return;
  rabbit = await startRabbit({
    data,
    onDeath: (_, how) => deaths.push(how),
    async setup(admin, isFirst) {
      await applyTopology(admin, topology());
      setups.push(isFirst);
    },
  });
}, 120_000);
afterAll(async () => {
  await rabbit?.stop(0);
  rmSync(data, { recursive: true, force: true });
});

it.skipIf(!installed)('refuses data that was moved or copied, and says what to do (needs rabbitmq-server)', () => {
  const [made, moved] = [join(data, 'made'), join(data, 'moved')];
  const programs = (folder: string) =>
    nodePrograms({ folder, log: '', ports: rabbit.ports[0]!, admin: { name: 'a', password: 'b' } })!;
  programs(made).configure();
  programs(made).configure();
  renameSync(made, moved);
  expect(() => programs(moved)).toThrow(new RegExp(`^${moved} was made as ${made}, .*: move it back, or delete it`));
  symlinkSync(moved, made);
  expect(() => programs(moved)).not.toThrow();
});

it.skipIf(!installed)('has no default account, and listens to this machine alone (needs rabbitmq-server)', async () => {
  const admin = createBrokerAdmin(rabbit.management);
  const users = (await admin.call<{ name: string }[]>('GET', 'users'))!;
  expect(users.map(({ name }) => name)).toEqual(['framewire']);
  const guest = createBrokerAdmin(`http://guest:guest@127.0.0.1:${rabbit.ports[0]!.management}`);
  await expect(guest.call('GET', 'whoami')).rejects.toThrow('refuses the user "guest"');
  const ports = Object.values(rabbit.ports[0]!);
  expect(await Promise.all(ports.map((port) => isFree(port)))).toEqual(ports.map(() => false));
  expect(await Promise.all(ports.map((port) => isFree(port, '127.0.0.2')))).toEqual(ports.map(() => true));
});

it.skipIf(!installed)(
  'is set up again when it comes back without its data (needs rabbitmq-server)',
  async () => {
    const server = rabbit.processes.at(-1)?.child?.pid as number;
    const count = setups.length;
    rmSync(join(data, 'rabbitmq'), { recursive: true, force: true });
    process.kill(server, 'SIGKILL');
    await waitFor('the next set-up', () => setups.length > count, { timeout: 60_000 });
    expect(setups.at(-1)).toBe(false);
    const admin = createBrokerAdmin(rabbit.management);
    expect(await admin.call('GET', `queues/%2F/${QUEUE.frames}`)).toMatchObject({ type: 'quorum' });
    expect(await admin.call('GET', 'vhosts/%2F')).toMatchObject({ default_queue_type: 'quorum' });
    deaths.length = 0;
  },
  120_000,
);

it.skipIf(!installed)(
  'comes back after kill -9 with all that was confirmed, and leaves no process when it is stopped (needs rabbitmq-server)',
  async () => {
    const admin = createBrokerAdmin(rabbit.management);
    expect(await admin.call('GET', 'vhosts/%2F')).toMatchObject({ default_queue_type: 'quorum' });
    const broker = createBroker({ url: rabbit.amqp, name: 'test', log: silentLog });
    const ids = Array.from({ length: 20 }, (_, n) => `m${n}`);
    try {
      for (const messageId of ids)
        await broker.publish({
          exchange: EXCHANGE.frames,
          key: 'faces.door',
          content: new Uint8Array(1000),
          properties: { messageId },
          timeoutMs: 5_000,
        });
      const server = rabbit.processes.at(-1)?.child?.pid as number;
      process.kill(server, 'SIGKILL');
      await waitFor('its death to be reported', () => deaths.length === 1);
      expect(await takeAll(broker, ids, 60_000)).toEqual(new Set(ids));
    } finally {
      await broker.close();
    }
    const pids = rabbit.processes.map(({ child }) => child?.pid as number);
    await rabbit.stop();
    expect(pids.map(identify)).toEqual([undefined, undefined]);
    expect(deaths).toEqual(['killed by SIGKILL']);
  },
  120_000,
);
