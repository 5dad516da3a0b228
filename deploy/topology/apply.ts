import type { Topology } from '@framewire/contract';
import { applyTopology, type BrokerAdmin, type UserGrant } from '@framewire/runtime/amqp';
import { readActualState } from './actual-state.ts';
import { bindingName, type Difference, differences } from './differences.ts';
import { addMembers, memberDifferences, requireNodes } from './members.ts';

/** The state that a broker should have. */
export interface DesiredState {
  topology: Topology;
  users: UserGrant[];
  /** Nodes of the broker; each queue has a member on as many. */
  nodes: number;
}

/** The queues that have members. */
const names = ({ topology }: DesiredState) => topology.queues.map(({ name }) => name);

/** Differences between actual and desired state. Changes nothing. @throws Error while nodes are missing. */
export const compare = async (admin: BrokerAdmin, desired: DesiredState): Promise<Difference[]> =>
  (await read(admin, desired)).found;

async function read(admin: BrokerAdmin, desired: DesiredState) {
  const { topology, users, nodes } = desired;
  const actual = await readActualState(
    admin,
    users.map(({ name }) => name),
  );
  requireNodes(actual, nodes);
  return {
    actual,
    found: [...differences(actual, topology, users), ...memberDifferences(actual, names(desired), nodes)],
  };
}

/**
 * Makes and changes what differs, and nothing else; deletes no queue, exchange or user.
 * With a conflict it does nothing. @returns the differences as they were before.
 */
export async function declare(admin: BrokerAdmin, desired: DesiredState): Promise<Difference[]> {
  const { actual, found } = await read(admin, desired);
  if (found.some(({ change }) => change === 'conflict')) return found;
  if (found.some(({ kind, change }) => kind === 'vhost' && change === 'make')) await makeVhost(admin);
  await applyTopology(admin, ...only(found, desired));
  await addMembers(admin, actual, names(desired), desired.nodes); // what was just declared has a member on each
  return found;
}

/** The part of the desired state that differs. */
function only(found: Difference[], { topology, users }: DesiredState): [Topology, UserGrant[]] {
  const differs = (kind: Difference['kind'], name: string) =>
    found.some((one) => one.kind === kind && one.name === name && one.change !== 'remark');
  return [
    {
      policies: topology.policies.filter(({ name }) => differs('policy', name)),
      exchanges: topology.exchanges.filter(({ name }) => differs('exchange', name)),
      queues: topology.queues.filter(({ name }) => differs('queue', name)),
      bindings: topology.bindings.filter((binding) => differs('binding', bindingName(binding))),
    },
    users.filter(({ name }) => differs('user', name)),
  ];
}

async function makeVhost(admin: BrokerAdmin): Promise<void> {
  // 3.10 reads the first key, later versions the second
  await admin.call('PUT', `vhosts/${admin.vhost}`, { defaultqueuetype: 'quorum', default_queue_type: 'quorum' });
  const me = await admin.call<{ name: string }>('GET', 'whoami');
  const all = { configure: '.*', write: '.*', read: '.*' };
  await admin.call('PUT', `permissions/${admin.vhost}/${encodeURIComponent(me!.name)}`, all);
}
