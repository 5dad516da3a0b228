import { type BrokerUser, permissions, type Topic, topology } from '@framewire/contract';
import { applyTopology, createBrokerAdmin, declareTopology, waitFor } from '@framewire/runtime';
import { UsageError } from './options.ts';
import type { RabbitPorts } from './ports.ts';
import { type Rabbit, startRabbit } from './rabbitmq.ts';
import type { Secrets } from './secrets.ts';
import type { Supervisor } from './supervisor.ts';

/** The broker that the system uses, everything declared. */
export interface SystemBroker {
  /** For each user of ours. */
  urls: Record<BrokerUser, string>;
  /** For a person; without a password where it is not ours. */
  shown: { amqp: string; management?: string };
  metricsPort?: number;
  /** What a person should know, in words. */
  remarks: string[];
  stop(): Promise<void>;
}

/** A private node, with a user for each part that may do what that part needs and no more. */
export async function startPrivateBroker(options: {
  data: string;
  ports: RabbitPorts;
  secrets: Secrets['broker'];
  topics: Topic[];
  supervisor: Supervisor;
  signal: AbortSignal;
}): Promise<SystemBroker> {
  const { data, secrets, topics, supervisor, signal } = options;
  const { ports, moved } = options.ports;
  const rabbit = await startRabbit({
    data,
    ports,
    signal,
    log: supervisor.logFile('rabbitmq'),
    onStart: supervisor.started,
    onDeath: (how) => supervisor.died('rabbitmq', how),
  });
  try {
    // a stream that stood before is not there at once after a boot, and until then its declaration is refused
    await waitFor('the topology', () => declare(rabbit, secrets, topics).then(() => true), {
      timeout: 30_000,
      every: 100,
    });
  } catch (error) {
    await rabbit.stop();
    throw error;
  }
  const user = (name: BrokerUser) => `amqp://${name}:${secrets[name]}@127.0.0.1:${ports.amqp}`;
  return {
    urls: { ingest: user('ingest'), camera: user('camera'), connector: user('connector'), results: user('results') },
    shown: { amqp: rabbit.amqp, management: `http://127.0.0.1:${ports.management} (guest, guest)` },
    metricsPort: ports.metrics,
    remarks: moved ? [`RabbitMQ moved to port ${ports.amqp}: another program is on 5672 or one of its neighbours`] : [],
    stop: rabbit.stop,
  };
}

async function declare(rabbit: Rabbit, secrets: Secrets['broker'], topics: Topic[]): Promise<void> {
  const grants = Object.entries(permissions(topics)).map(([name, permission]) => ({
    name,
    password: secrets[name as BrokerUser],
    ...permission,
  }));
  await applyTopology(createBrokerAdmin(rabbit.management), topology(topics), grants);
}

/**
 * A broker of someone else's. Its users are left alone: all parts use the given one. Limits of queues are policies, which AMQP cannot
 * set: they need the management API.
 */
export async function useBroker(amqp: string, management: string | undefined, topics?: Topic[]): Promise<SystemBroker> {
  try {
    await declareTopology(amqp, topology(topics));
  } catch (error) {
    throw new UsageError(`the broker that AMQP_URL names cannot be used: ${(error as Error).message}`);
  }
  if (management) await applyTopology(createBrokerAdmin(management), topology(topics));
  return {
    urls: { ingest: amqp, camera: amqp, connector: amqp, results: amqp },
    shown: { amqp: withoutPassword(amqp), management: management && withoutPassword(management) },
    remarks: management
      ? []
      : [
          'limits of the queues are not set: they are policies, and need RABBITMQ_MANAGEMENT_URL=http://user:password@host:15672',
        ],
    stop: async () => {},
  };
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
