import { waitFor } from '@framewire/runtime/process';
import type { NodePrograms } from './node/node.ts';

/** RabbitMQ sees to the members of its coordinator of streams twice a minute, and starts a replica within seconds, milliseconds. */
const REPAIR = { timeout: 90_000, every: 2_000 };

/**
 * Gives each quorum queue a member, and each stream a replica, on each node. One that was declared while nodes were missing has too few,
 * and would stop with the first node that ends. A node that came back without its data is no member any more, though it is listed as one:
 * it may have confirmed what it has lost. RabbitMQ 3.10 does this by its commands alone, one member at a time, and its management API
 * learns of a stream's replicas half a minute late.
 * @param on a node that runs and has its data. @param emptied nodes of a broker with data that came back without theirs.
 * @throws Error while a queue has no majority.
 */
export async function completeMembers(on: NodePrograms, nodes: NodePrograms[], emptied: NodePrograms[]): Promise<void> {
  for (const node of emptied) await renewCoordinator(on, node);
  const columns = ['name', 'type', 'members'];
  const listed = await on.command('rabbitmqctl', 'list_queues', '--vhost', '/', ...columns, '--formatter', 'json');
  for (const { name, type, members } of JSON.parse(listed) as { name: string; type: string; members: string[] }[]) {
    const missing = nodes.filter((node) => !members.includes(node.name));
    if (type === 'quorum') {
      const lost = emptied.filter((node) => members.includes(node.name));
      const call = (command: string, node: NodePrograms) =>
        on.command('rabbitmq-queues', command, '--vhost', '/', name, node.name);
      for (const node of lost) await call('delete_member', node);
      for (const node of [...lost, ...missing]) await call('add_member', node);
    }
    if (type === 'stream') {
      for (const node of missing) await on.command('rabbitmq-streams', 'add_replica', '--vhost', '/', name, node.name);
      await waitFor(`a replica of ${name} on each node`, () => isReplicated(on, name, nodes), REPAIR);
    }
  }
}

/** Asked of the replicas themselves. */
async function isReplicated(on: NodePrograms, name: string, nodes: NodePrograms[]): Promise<boolean> {
  const status = await on.command('rabbitmq-streams', 'stream_status', '--vhost', '/', name, '--formatter', 'json');
  const replicas = (JSON.parse(status) as { node: string }[]).map(({ node }) => node);
  return nodes.every((node) => replicas.includes(node.name));
}

/**
 * Streams have a coordinator with a member on each node. That of a node which came back without its data does not start, stays listed, and
 * counts against the majority; a stream's members cannot be listed meanwhile. Once it is removed RabbitMQ makes a new one, with which the
 * replicas come.
 */
async function renewCoordinator(on: NodePrograms, node: NodePrograms): Promise<void> {
  const coordinator = (name: string) => `{rabbit_stream_coordinator, ${name}}`;
  const [own, lost] = [coordinator('node()'), coordinator(`'${node.name}'`)];
  const isMissing = async () => {
    const runs = `rpc:call('${node.name}', erlang, whereis, [rabbit_stream_coordinator])`;
    const state = `case ra:members(${own}) of {ok, _, _} -> is_pid(${runs}); _ -> no_streams end.`;
    return (await on.command('rabbitmqctl', 'eval', state)).trim() === 'false';
  };
  if (!(await isMissing())) return;
  await on.command('rabbitmqctl', 'eval', `ra:remove_member(${own}, ${lost}).`);
  await waitFor(`the coordinator of streams on ${node.name}`, async () => !(await isMissing()), REPAIR);
}
