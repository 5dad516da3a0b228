import type { BrokerAdmin } from '@framewire/runtime/amqp';
import type { ActualState } from './actual-state.ts';
import type { Difference } from './differences.ts';

/**
 * Waits for nobody: the caller asks again.
 * @throws Error while fewer nodes run than there shall be. A queue that is declared then has too few members for ever, and stops with the
 * first node that ends.
 */
export function requireNodes({ nodes }: Pick<ActualState, 'nodes'>, count: number): void {
  const running = nodes.filter((node) => node.running).length;
  const away = nodes.filter((node) => !node.running).map(({ name }) => name);
  if (running < count)
    throw new Error(`${running} of ${count} nodes run${away.length ? `: ${away.join(', ')} is away` : ''}`);
}

/** Queues of ours with fewer members than nodes are wanted, each with the running nodes that could be further ones. */
function missingMembers(
  { queues, nodes }: Pick<ActualState, 'queues' | 'nodes'>,
  names: string[],
  count: number,
): { name: string; stream: boolean; members: number; nodes: string[] }[] {
  return queues
    .filter(({ name, members }) => names.includes(name) && members && members.length < count)
    .map(({ name, type, members = [] }) => ({
      name,
      stream: type === 'stream',
      members: members.length,
      nodes: nodes
        .filter((node) => node.running && !members.includes(node.name))
        .map((node) => node.name)
        .slice(0, count - members.length),
    }));
}

/** RabbitMQ 4 adds members of quorum queues by its API, which 3.10 does not have, and replicas of streams by a command alone. */
export function memberDifferences(actual: ActualState, names: string[], count: number): Difference[] {
  return missingMembers(actual, names, count).map(({ name, stream, members, nodes }) => {
    const has = `has ${members} of ${count} members`;
    const vhost = decodeURIComponent(actual.vhostPath);
    const commands = nodes.map((node) => `rabbitmq-streams add_replica --vhost ${vhost} ${name} ${node}`);
    return stream
      ? {
          change: 'remark',
          kind: 'queue',
          name,
          message: `${has}; on a node of RabbitMQ run: ${commands.join(' && ')}`,
        }
      : { change: 'change', kind: 'queue', name, message: `${has}, gets one on ${nodes.join(', ')}` };
  });
}

/** @throws Error with RabbitMQ's reason, as where it has no majority or no such API. */
export async function addMembers(
  admin: BrokerAdmin,
  actual: ActualState,
  names: string[],
  count: number,
): Promise<void> {
  for (const { name, stream, nodes } of missingMembers(actual, names, count)) {
    const path = `queues/quorum/${admin.vhost}/${encodeURIComponent(name)}/replicas/add`;
    if (!stream) for (const node of nodes) await admin.call('POST', path, { node });
  }
}
