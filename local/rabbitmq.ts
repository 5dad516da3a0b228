import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBrokerAdmin, waitFor } from '@framewire/runtime';
import { freePorts } from './free-port.ts';
import { type Kept, keep } from './processes/keep.ts';
import { startProgram } from './processes/program.ts';
import { type NodePorts, nodePrograms } from './rabbitmq/node.ts';
import { ensureQuorumByDefault } from './rabbitmq/vhost.ts';

export interface RabbitOptions {
  /** Folder of the system's data; the node keeps all it has in `rabbitmq` within. */
  data: string;
  /** Free ones unless given. */
  ports?: NodePorts;
  log?: string;
  /** Ends a boot that is under way. */
  signal?: AbortSignal;
  /** Told of each process that was started. */
  onStart?(name: string, child: ChildProcess): void;
  /** Told when the server ended without being asked to, in words. */
  onDeath?(how: string): void;
}

/** A private RabbitMQ node on loopback that is restarted with the same data when it dies. */
export interface Rabbit {
  /** As an administrator. */
  amqp: string;
  management: string;
  ports: NodePorts;
  /** epmd and the server, in the order in which they start. */
  processes: Kept[];
  /** In order, which takes RabbitMQ some 6 s; with 0 at once, for data that nobody needs any more. */
  stop(graceMs?: number): Promise<void>;
}

/** As long as the first boot of a busy machine may take. */
const BOOT_MS = 120_000;
/** And as long as it may take from its first answer until its vhost answers too. */
const RECOVERY_MS = 60_000;
/** A server that ends this often before it ever answered will not come. */
const BOOT_ATTEMPTS = 3;

/**
 * Resolves once it answers and its vhost `/` is as the system wants it: default queue type quorum.
 * @throws Error where RabbitMQ is not installed or does not come up, with the last lines that it said.
 */
export async function startRabbit({ data, ports, log, signal, onStart, onDeath }: RabbitOptions): Promise<Rabbit> {
  const used = ports ?? (await pickPorts());
  const output = log ?? join(data, 'logs', 'rabbitmq.log');
  const programs = nodePrograms(join(data, 'rabbitmq'), output, used);
  if (!programs) throw new Error('RabbitMQ is not installed: install rabbitmq-server, or name a broker with AMQP_URL');

  let deaths = 0;
  const epmd = keep({
    name: 'epmd',
    start: () => startProgram(programs.epmd),
    onStart: (child) => onStart?.('epmd', child),
    graceMs: 2_000,
  });
  const server = keep({
    name: 'rabbitmq',
    start: () => startProgram(programs.server),
    onStart: (child) => onStart?.('rabbitmq', child),
    onEnd(how, wanted) {
      deaths++;
      if (!wanted) onDeath?.(how);
    },
    graceMs: 30_000,
  });
  const stop = async (graceMs?: number) => {
    await server.stop(graceMs);
    await epmd.stop();
  };

  const management = `http://guest:guest@127.0.0.1:${used.management}`;
  const admin = createBrokerAdmin(management);
  try {
    const failed = () => signal?.aborted || deaths >= BOOT_ATTEMPTS;
    await waitFor('RabbitMQ', async () => failed() || (await admin.call('GET', 'vhosts').then(() => true)), {
      timeout: BOOT_MS,
      every: 100,
    });
    if (failed())
      throw new Error(signal?.aborted ? 'RabbitMQ was not waited for' : 'RabbitMQ ended three times while it started');
    // while it still recovers its queues it may answer 500
    await waitFor("RabbitMQ's vhost", () => ensureQuorumByDefault(admin, 'guest').then(() => true), {
      timeout: RECOVERY_MS,
      every: 100,
    });
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; ${output} ends with:\n${lastLines(output)}`);
  }
  return {
    amqp: `amqp://guest:guest@127.0.0.1:${used.amqp}`,
    management,
    ports: used,
    processes: [epmd, server],
    stop,
  };
}

async function pickPorts(): Promise<NodePorts> {
  const [amqp, management, metrics, distribution, epmd] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { amqp, management, metrics, distribution, epmd };
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '(nothing)';
  }
}
