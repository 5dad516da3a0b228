import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { startRabbit } from '../local/broker/rabbitmq.ts';
import type { NamedPid } from '../testkit/system/cpu.ts';

/** A vhost of the one broker that all that is compared shares; both addresses as an administrator. */
export interface Vhost {
  amqp: string;
  management: string;
  /** Empties a queue, so that a backlog is not handed on to the next measurement. */
  purge(queue: string): Promise<void>;
  drop(): Promise<void>;
}

export interface BenchBroker {
  /** @param queueType of queues that are declared without one: `classic` is RabbitMQ's own default. */
  createVhost(name: string, queueType: 'classic' | 'quorum'): Promise<Vhost>;
  processes(): NamedPid[];
  stop(): Promise<void>;
}

/** A private RabbitMQ node in a folder of its own, which is deleted at the end. */
export async function startBroker(): Promise<BenchBroker> {
  const data = mkdtempSync(join(tmpdir(), 'framewire-bench-broker-'));
  const rabbit = await startRabbit({ data });
  const root = createBrokerAdmin(rabbit.management);
  const user = new URL(rabbit.amqp).username;

  return {
    async createVhost(name, queueType) {
      // 3.10 reads the first key, later versions the second
      await root.call('PUT', `vhosts/${name}`, { defaultqueuetype: queueType, default_queue_type: queueType });
      await root.call('PUT', `permissions/${name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
      return {
        amqp: `${rabbit.amqp}/${name}`,
        management: `${rabbit.management}/${name}`,
        purge: async (queue) => void (await root.call('DELETE', `queues/${name}/${queue}/contents`)),
        drop: async () => void (await root.call('DELETE', `vhosts/${name}`)),
      };
    },
    processes: () =>
      rabbit.processes.flatMap(({ child }) => (child?.pid ? [{ name: 'rabbitmq', pid: child.pid }] : [])),
    async stop() {
      await rabbit.stop(0);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
