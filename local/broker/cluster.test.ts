import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXCHANGE, QUEUE, topology } from '@framewire/contract';
import { applyTopology, type Broker, createBroker, createBrokerAdmin } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseRabbitPorts } from '../supervisor/ports.ts';
import { findProgram } from '../supervisor/spawn.ts';
import { type Rabbit, startRabbit } from './rabbitmq.ts';
import { takeAll } from './testing/take-all.ts';

const installed = findProgram('epmd') !== undefined;
const base = 10_000 + 50 * Math.floor(Math.random() * 150);

describe.skipIf(!installed)('three nodes (needs rabbitmq-server)', () => {
  let data = '';
  let rabbit: Rabbit;
  let broker: Broker;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'framewire-cluster-'));
    rabbit = await start();
    broker = createBroker({ url: rabbit.amqp, name: 'test', log: silentLog });
  }, 180_000);
  afterAll(async () => {
    await broker?.close();
    await rabbit?.stop(0);
    rmSync(data, { recursive: true, force: true });
  }, 60_000);

  const start = async () =>
    startRabbit({
      data,
      ports: (await chooseRabbitPorts(base, 3)).nodes,
      admin: { name: 'framewire', password: 'secret' },
      setup: (admin) => applyTopology(admin, topology()),
    });
  const admin = (index: number) =>
    createBrokerAdmin(`http://framewire:secret@127.0.0.1:${rabbit.ports[index]!.management}`);
  type Queue = { name: string; members: string[]; online: string[]; leader: string };
  const queues = async (index = 0) => {
    const all = (await admin(index).call<Queue[]>('GET', 'queues/%2F')) ?? [];
    const durable = all.filter(({ name }) => (Object.values(QUEUE) as string[]).includes(name));
    expect(durable).toHaveLength(Object.keys(QUEUE).length);
    return durable;
  };
  const names = ['framewire-2@localhost', 'framewire-3@localhost', 'framewire@localhost'];
  const whole = (index = 0) =>
    waitFor('members everywhere', async () => (await queues(index)).every(({ online }) => online?.length === 3), {
      timeout: 150_000,
    });
  const publish = (id: string, expiration?: string) =>
    broker.publish({
      exchange: EXCHANGE.frames,
      key: 'faces.door',
      content: new Uint8Array(1000),
      properties: { messageId: id, expiration },
      timeoutMs: 5_000,
    });

  it('have a member of each queue on each node', async () => {
    await whole();
    for (const { members } of await queues()) expect([...members].sort()).toEqual(names);
  }, 90_000);

  it('lose nothing that was confirmed, whichever of them is killed', async () => {
    const confirmed: string[] = [];
    for (let killed = 0; killed < 3; killed++) {
      await whole((killed + 1) % 3);
      process.kill(rabbit.processes[killed + 1]!.child!.pid!, 'SIGKILL');
      for (let n = 0; n < 10; n++) {
        const id = `k${killed}-${n}`;
        await waitFor(`the confirm of ${id}`, () => publish(id).then(() => true), { timeout: 30_000 });
        confirmed.push(id);
      }
    }
    await takeAll(broker, confirmed, 30_000);
  }, 420_000);

  it('pass on what expired while the node that takes it is killed', async () => {
    await whole();
    const waiting = async (index: number, name: string) =>
      (await admin(index).call<{ messages?: number }>('GET', `queues/%2F/${name}`))?.messages;
    const leader = (await queues()).find(({ name }) => name === QUEUE.deadLetters)!.leader;
    const killed = ['framewire@localhost', 'framewire-2@localhost', 'framewire-3@localhost'].indexOf(leader);
    for (let n = 0; n < 40; n++) {
      await waitFor('a confirm', () => publish(`e${n}`, '1').then(() => true), { timeout: 30_000 });
      if (n === 20) process.kill(rabbit.processes[killed + 1]!.child!.pid!, 'SIGKILL');
    }
    const other = (killed + 1) % 3;
    await waitFor('all in dead_frames', async () => (await waiting(other, QUEUE.deadLetters))! >= 40, {
      timeout: 150_000,
    });
    await waitFor('none in frame_queue', async () => (await waiting(other, QUEUE.frames)) === 0, { timeout: 150_000 });
  }, 180_000);

  it('take nothing while two of them are away, and go on with all of it afterwards', async () => {
    await whole();
    for (const killed of [2, 3]) {
      const { child } = rabbit.processes[killed]!;
      process.kill(child!.pid!, 'SIGSTOP');
    }
    try {
      await sleep(1_000);
      await expect(publish('minority')).rejects.toThrow();
    } finally {
      for (const killed of [2, 3]) process.kill(rabbit.processes[killed]!.child!.pid!, 'SIGCONT');
    }
    await waitFor('a confirm', () => publish('majority').then(() => true), { timeout: 150_000 });
  }, 120_000);

  it('are started again where one paused and does not come back', async () => {
    await whole();
    const { child } = rabbit.processes[2]!;
    const pid = child!.pid!;
    // as a failed start after a pause leaves it: the program runs, without RabbitMQ
    await promisify(execFile)('/usr/lib/rabbitmq/bin/rabbitmqctl', ['-q', '-n', names[0]!, 'stop_app'], {
      env: {
        PATH: process.env.PATH,
        HOME: join(data, 'erlang'),
        ERL_EPMD_PORT: `${rabbit.ports[0]!.epmd}`,
        ERL_CRASH_DUMP: '/dev/null',
      },
    });
    await expect(admin(1).call('GET', 'whoami')).rejects.toThrow(/ECONNREFUSED/);
    await waitFor('another process', () => ![undefined, pid].includes(rabbit.processes[2]!.child?.pid), {
      timeout: 120_000,
    });
    await whole();
  }, 420_000);

  it('come back after they were all stopped, and give the queues back to one that lost its disk', async () => {
    await whole();
    await rabbit.stop();
    rmSync(join(data, 'rabbitmq'), { recursive: true }); // of the one that founded the cluster
    rabbit = await start();
    await whole();
    for (const { members } of await queues()) expect([...members].sort()).toEqual(names);
    await waitFor('a confirm', () => publish('after').then(() => true), { timeout: 30_000 });
  }, 420_000);
});

describe.skipIf(!installed)('one node that becomes three (needs rabbitmq-server)', () => {
  it('keeps its messages, gets members on the new ones, and does not start alone again', async () => {
    const data = mkdtempSync(join(tmpdir(), 'framewire-grow-'));
    const begin = async (count: number) =>
      startRabbit({
        data,
        ports: (await chooseRabbitPorts(base, count)).nodes,
        admin: { name: 'framewire', password: 'secret' },
        setup: (admin) => applyTopology(admin, topology()),
      });
    let rabbit = await begin(1);
    try {
      const broker = createBroker({ url: rabbit.amqp, name: 'test', log: silentLog });
      await broker.publish({ exchange: 'frames', key: 'faces.a', content: new Uint8Array([1]), timeoutMs: 10_000 });
      await broker.close();
      await rabbit.stop();
      rabbit = await begin(3);
      const admin = createBrokerAdmin(rabbit.management);
      await waitFor(
        'members everywhere, and the message',
        async () => {
          const all = await admin.call<{ name: string; online?: string[]; messages?: number }[]>('GET', 'queues/%2F');
          return (
            all!.every(({ online }) => online?.length === 3) &&
            all!.find(({ name }) => name === QUEUE.frames)?.messages === 1
          );
        },
        { timeout: 150_000 },
      );
      await rabbit.stop();
      await expect(begin(1)).rejects.toThrow(`${data} holds the data of more than 1 brokers`);
    } finally {
      await rabbit.stop(0);
      rmSync(data, { recursive: true, force: true });
    }
  }, 420_000);
});
