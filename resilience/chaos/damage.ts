import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXCHANGE, QUEUE } from '@framewire/contract';
import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { processOf } from '../../testkit/system/processes.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';

/** Something of the broker's that is deleted. What was in it is lost; afterwards nothing may be confirmed that goes nowhere. */
export interface Damage {
  name: string;
  run(): Promise<void>;
  /** What a person does then, where the system does not recover by itself. */
  repair?(): Promise<void>;
}

export function listDamages(system: SystemInfo): Damage[] {
  const admin = createBrokerAdmin(system.management);
  const queue = (name: string) => `queues/${admin.vhost}/${name}`;
  const repair = () => runTopology(system);
  return [
    {
      name: `the binding of ${QUEUE.frames} removed`,
      async run() {
        await admin.call('DELETE', `bindings/${admin.vhost}/e/${EXCHANGE.frames}/q/${QUEUE.frames}/faces.%2A`);
      },
      repair,
    },
    {
      name: `${QUEUE.frames} deleted`,
      async run() {
        await admin.call('DELETE', queue(QUEUE.frames));
      },
      repair,
    },
    {
      name: `${QUEUE.results} deleted`,
      async run() {
        await admin.call('DELETE', queue(QUEUE.results));
      },
      repair,
    },
    {
      name: "the broker's data deleted",
      async run() {
        process.kill(processOf(system.data, 'rabbitmq').pid, 'SIGKILL');
        rmSync(join(system.data, 'rabbitmq', 'mnesia'), { recursive: true, force: true });
      },
    },
  ];
}

/** `npm run topology`, as a person would. */
async function runTopology({ management }: SystemInfo): Promise<void> {
  const child = spawn(process.execPath, ['setup/topology.mjs'], {
    env: { ...process.env, RABBITMQ_MANAGEMENT_URL: management },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-2_000);
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm run topology ended with ${code}: ${said}`);
}
