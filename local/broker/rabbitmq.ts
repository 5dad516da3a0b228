import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import { withCredentials } from '@framewire/runtime/http';
import { freePorts } from '../supervisor/free-ports.ts';
import { startProgram } from '../supervisor/spawn.ts';
import { type SupervisedProcess, supervise } from '../supervisor/supervised-process.ts';
import type { NodeAdmin } from './boot-definitions.ts';
import { watchLeaders } from './leader-watch.ts';
import { type NodePorts, nodePrograms } from './node.ts';
import { createNodeSetup } from './node-setup.ts';
import { ensureQuorumByDefault } from './vhost.ts';

export interface RabbitOptions {
  /** Folder of the system's data; the node keeps everything in its subfolder `rabbitmq`. */
  data: string;
  /** Free ones unless given. */
  ports?: NodePorts;
  /** One with a password of its own unless given. */
  admin?: NodeAdmin;
  log?: string;
  /** Ends a boot that is under way. */
  signal?: AbortSignal;
  /**
   * Brings users and topology to the node: called each time that it has booted, also since its data may be new then, until it succeeds.
   * @param isFirst by this process.
   */
  setup?(admin: BrokerAdmin, isFirst: boolean): Promise<void>;
  /** Takes a line for a person while it runs. */
  say?(line: string): void;
  /** Called for each process that was started. */
  onStart?(name: string, child: ChildProcess): void;
  /** Called when the server exited without being asked to; `how` is a phrase. */
  onDeath?(how: string): void;
}

/** A private RabbitMQ node on loopback that is restarted with the same data when it dies. */
export interface Rabbit {
  /** As the administrator. */
  amqp: string;
  management: string;
  ports: NodePorts;
  /** epmd and the server, in the order in which they start. */
  processes: SupervisedProcess[];
  /** In order, which takes RabbitMQ some 6 s; with 0 at once, for data that nobody needs any more. */
  stop(graceMs?: number): Promise<void>;
}

/** After this many exits before the first answer the server is given up. */
const BOOT_ATTEMPTS = 3;

/**
 * Resolves once it answers, its vhost `/` is as the system wants it (default queue type quorum) and is set up. A boot is waited for as
 * long as it makes progress.
 * @throws Error where RabbitMQ is not installed or does not come up, with the last lines that it said.
 */
export async function startRabbit(options: RabbitOptions): Promise<Rabbit> {
  const { data, signal, setup, say = () => {}, onStart, onDeath } = options;
  const { admin = { name: 'framewire', password: randomBytes(18).toString('base64url') } } = options;
  const ports = options.ports ?? (await pickPorts());
  const log = options.log ?? join(data, 'logs', 'rabbitmq.log');
  const programs = nodePrograms({ folder: join(data, 'rabbitmq'), log, ports, admin });
  if (!programs) throw new Error('RabbitMQ is not installed: install rabbitmq-server, or name a broker with AMQP_URL');

  const addressOf = (scheme: string, port: number) =>
    withCredentials(`${scheme}://127.0.0.1:${port}`, admin.name, admin.password).replace(/\/$/, '');
  const management = addressOf('http', ports.management);
  const api = createBrokerAdmin(management);
  const prepared = createNodeSetup({
    log,
    say,
    pid: () => server.child?.pid,
    async prepare(isFirst) {
      await api.call('GET', 'vhosts');
      await ensureQuorumByDefault(api, admin.name);
      await setup?.(api, isFirst);
    },
  });
  signal?.addEventListener('abort', () => prepared.fail('RabbitMQ was not waited for'), { once: true });

  let deaths = 0;
  const epmd = supervise({
    name: 'epmd',
    start: () => startProgram(programs.epmd),
    onStart: (child) => onStart?.('epmd', child),
    graceMs: 2_000,
  });
  const server: SupervisedProcess = supervise({
    name: 'rabbitmq',
    start() {
      programs.configure();
      return startProgram(programs.server);
    },
    onStart(child) {
      onStart?.('rabbitmq', child);
      prepared.begin();
    },
    onEnd(how, wanted) {
      if (wanted) return;
      onDeath?.(how);
      if (++deaths >= BOOT_ATTEMPTS) prepared.fail(`RabbitMQ ended ${BOOT_ATTEMPTS} times while it started (${how})`);
    },
    graceMs: 30_000,
  });
  let stopWatch = () => {};
  const stop = async (graceMs?: number) => {
    stopWatch();
    prepared.close();
    await server.stop(graceMs);
    await epmd.stop();
  };

  try {
    if (signal?.aborted) prepared.fail('RabbitMQ was not waited for');
    await prepared.first;
    stopWatch = watchLeaders({ api, say, restart: () => server.child?.kill('SIGKILL') });
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; ${log} ends with:\n${lastLines(log)}`);
  }
  return {
    amqp: addressOf('amqp', ports.amqp),
    management,
    ports,
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
