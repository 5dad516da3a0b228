import { BROKER_USERS, type BrokerUser, permissions, type Topic, type Topology, topology } from '@framewire/contract';
import {
  applyTopology,
  type BrokerAdmin,
  createBrokerAdmin,
  declareTopology,
  splitAddresses,
  type UserGrant,
} from '@framewire/runtime/amqp';
import { withCredentials } from '@framewire/runtime/http';
import { UsageError } from '../options.ts';
import { BROKER_ADMIN, type Secrets } from '../secrets.ts';
import type { RabbitPorts } from '../supervisor/ports.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { LEGACY_USER, legacyGrant } from './legacy-user.ts';
import { startRabbit } from './rabbitmq.ts';

/** The broker that the system uses, with its topology declared. */
export interface SystemBroker {
  /** For each user of ours. */
  urls: Record<BrokerUser, string>;
  /** For a person; without a password where it is not ours. */
  shown: { amqp: string; management?: string };
  /** Of each private node. */
  metrics: { instance: string; port: number }[];
  /** Notes for a person. */
  remarks: string[];
  stop(): Promise<void>;
}

/** Private nodes, with a user for each part that may do what that part needs and no more. */
export async function startPrivateBroker(options: {
  data: string;
  ports: RabbitPorts;
  secrets: Secrets['broker'];
  topics: Topic[];
  /** Whether legacy producers may connect, which have no password of their own. */
  legacyProducers: boolean;
  supervisor: Supervisor;
  say(line: string): void;
  signal: AbortSignal;
}): Promise<SystemBroker> {
  const { data, secrets, topics, legacyProducers, supervisor, say, signal } = options;
  const { nodes, moved } = options.ports;
  const wanted = topology(topics);
  const grants: UserGrant[] = Object.entries(permissions(topics)).map(([name, permission]) => ({
    name,
    password: secrets[name as BrokerUser],
    ...permission,
  }));
  if (legacyProducers) grants.push(legacyGrant(topics));
  const rabbit = await startRabbit({
    data,
    ports: nodes,
    admin: { name: BROKER_ADMIN, password: secrets.admin },
    signal,
    say,
    async setup(admin, isFirst) {
      if (!isFirst && (await hasTopology(admin, wanted, grants))) return;
      if (!isFirst) say('RabbitMQ came back without its users and queues: creating them again');
      await applyTopology(admin, wanted, grants);
      if (!legacyProducers) await admin.call('DELETE', `users/${LEGACY_USER}`); // RabbitMQ's own, of an earlier version
    },
    log: supervisor.logFile,
    onStart: supervisor.started,
    onDeath: supervisor.died,
  });
  const user = (name: BrokerUser) =>
    nodes.map(({ amqp }) => withCredentials(`amqp://127.0.0.1:${amqp}`, name, secrets[name])).join(',');
  return {
    urls: everyUser(user),
    shown: {
      amqp: rabbit.amqp,
      management: `http://127.0.0.1:${nodes[0]!.management} (user ${BROKER_ADMIN}, password ${secrets.admin})`,
    },
    metrics: nodes.map(({ metrics }, i) => ({ instance: rabbit.processes[i + 1]!.name, port: metrics })),
    remarks: moved
      ? [`RabbitMQ moved to port ${nodes[0]!.amqp}: another program is on 5672 or one of its neighbours`]
      : [],
    stop: rabbit.stop,
  };
}

const everyUser = (urlOf: (user: BrokerUser) => string) =>
  Object.fromEntries(BROKER_USERS.map((user) => [user, urlOf(user)])) as Record<BrokerUser, string>;

/** Whether a node that has booted again still has its users, exchanges and queues. Changes made by hand are left alone. */
async function hasTopology(admin: BrokerAdmin, { exchanges, queues }: Topology, users: UserGrant[]): Promise<boolean> {
  const all = async (path: string, wanted: { name: string }[]) => {
    const found = new Set((await admin.call<{ name: string }[]>('GET', path))?.map(({ name }) => name));
    return wanted.every(({ name }) => found.has(name));
  };
  return (
    (await all('users', users)) &&
    (await all(`exchanges/${admin.vhost}`, exchanges)) &&
    (await all(`queues/${admin.vhost}?disable_stats=true`, queues))
  );
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
    urls: everyUser(() => amqp),
    shown: {
      amqp: splitAddresses(amqp).map(withoutPassword).join(','),
      management: management && withoutPassword(management),
    },
    remarks: management
      ? []
      : [
          'limits of the queues are not set: they are policies, and need RABBITMQ_MANAGEMENT_URL=http://user:password@host:15672',
        ],
    metrics: [],
    stop: async () => {},
  };
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
