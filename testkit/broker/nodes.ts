/** The nodes of a running system's private broker. An index counts from 0. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import type { SystemInfo } from '../system/system.ts';

export const BROKERS = ['rabbitmq', 'rabbitmq-2', 'rabbitmq-3'] as const;
/** What Erlang calls them. */
const NODES = ['framewire@localhost', 'framewire-2@localhost', 'framewire-3@localhost'] as const;

/** Where Debian has RabbitMQ's commands that run as whoever calls. */
const COMMANDS = '/usr/lib/rabbitmq/bin';
/** How far the ports of a node are from those of the one before it, and of management and epmd from the system's first one. */
const [NEXT_NODE, MANAGEMENT, EPMD] = [5, 31, 34];
/** One that was away boots and catches up with what it missed within this, milliseconds. */
const SPARE_MS = 180_000;

/** The management API of one node. */
export function nodeApi({ base, management }: SystemInfo, index: number): BrokerAdmin {
  const address = new URL(management);
  address.port = `${base + MANAGEMENT + NEXT_NODE * index}`;
  return createBrokerAdmin(address.href);
}

/** Runs an Erlang expression on a node. */
async function evaluate({ base, data }: SystemInfo, index: number, expression: string): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    HOME: join(data, 'erlang'), // of Erlang's cookie
    ERL_EPMD_PORT: `${base + EPMD}`,
    ERL_CRASH_DUMP: '/dev/null',
  };
  await promisify(execFile)(join(COMMANDS, 'rabbitmqctl'), ['-q', '-n', NODES[index]!, 'eval', expression], { env });
}

/**
 * A partition: the node takes the others for strangers, ends its connections to them and refuses new ones. It pauses, since it is a
 * minority.
 * @returns what ends it.
 */
export async function cutOff(system: SystemInfo, index: number): Promise<() => Promise<void>> {
  const others = NODES.map((name) => `'${name}'`).filter((_, other) => other !== index);
  const toAll = (call: string) => `[${call} || N <- [${others.join(', ')}]]`;
  await evaluate(
    system,
    index,
    `${toAll('erlang:set_cookie(N, stranger)')}, ${toAll('erlang:disconnect_node(N)')}, ok.`,
  );
  return () => evaluate(system, index, `${toAll('erlang:set_cookie(N, erlang:get_cookie())')}, ok.`);
}

/**
 * Resolves once a node runs and may be stopped, as an operator makes sure of before each: no queue and no stream would lose its majority
 * with it. For queues that is `rabbitmq-queues check_if_node_is_quorum_critical`; before RabbitMQ 3.13 it passes over streams, so it is
 * looked up of every queue whether all its members are there.
 */
export async function untilSpare(system: SystemInfo, index: number): Promise<void> {
  const api = nodeApi(system, index);
  const check = async () => {
    try {
      await api.call('GET', 'health/checks/node-is-quorum-critical');
      const queues = await api.call<Replicated[]>('GET', `queues/${api.vhost}`);
      return queues!.every(({ type, members, online }) => type === 'classic' || isWhole(members, online));
    } catch {
      return false; // it boots, or answers 503 with the queues that need it
    }
  };
  await waitFor(`${BROKERS[index]} to be spared`, check, { timeout: SPARE_MS, every: 250 });
}

/** A queue in the management API: the nodes that have a member of it, and those whose member runs. Both are absent during an election. */
interface Replicated {
  type: string;
  members?: string[];
  online?: string[];
}

const isWhole = (members: string[] | undefined, online: string[] | undefined) =>
  members !== undefined && members.length === online?.length;
