import type { Topology } from '@framewire/contract';
import { applyTopology, type BrokerAdmin, type UserGrant } from '@framewire/runtime/amqp';
import { readStanding } from './actual-state.ts';
import { bindingName, type Difference, differences } from './differences.ts';

/** What a broker should hold. */
export interface Wanted {
  topology: Topology;
  users: UserGrant[];
}

/** What is not as it should be. Reads alone. */
export async function compare(admin: BrokerAdmin, { topology, users }: Wanted): Promise<Difference[]> {
  const standing = await readStanding(
    admin,
    users.map(({ name }) => name),
  );
  return differences(standing, topology, users);
}

/**
 * Makes and changes what differs, and nothing else: what is as it should be is not touched. Removes bindings of an earlier version, and
 * deletes no queue, exchange or user.
 * With a conflict nothing is done at all. @returns the differences as they were before.
 */
export async function declare(admin: BrokerAdmin, wanted: Wanted): Promise<Difference[]> {
  const found = await compare(admin, wanted);
  if (found.some(({ change }) => change === 'conflict')) return found;
  if (found.some(({ kind, change }) => kind === 'vhost' && change === 'make')) await makeVhost(admin);
  await applyTopology(admin, ...only(found, wanted));
  return found;
}

/** The part of what is wanted that differs. */
function only(found: Difference[], { topology, users }: Wanted): [Topology, UserGrant[]] {
  const differs = (kind: Difference['kind'], name: string) =>
    found.some((one) => one.kind === kind && one.name === name && one.change !== 'remark');
  return [
    {
      policies: topology.policies.filter(({ name }) => differs('policy', name)),
      exchanges: topology.exchanges.filter(({ name }) => differs('exchange', name)),
      queues: topology.queues.filter(({ name }) => differs('queue', name)),
      bindings: topology.bindings.filter((binding) => differs('binding', bindingName(binding))),
      retired: topology.retired.filter((binding) => differs('binding', bindingName(binding))),
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
