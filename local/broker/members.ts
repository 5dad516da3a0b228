import type { NodePrograms, Tool } from './node/node.ts';

/**
 * Gives each quorum queue a member, and each stream a replica, on each node. One that was declared while nodes were missing has too few,
 * and would stop with the first node that ends. A node that came back without its data is no member any more, though it is listed as one:
 * it may have confirmed what it has lost. RabbitMQ 3.10 does this by its commands alone, one member at a time, and its management API
 * learns of a stream's replicas half a minute late.
 * @param on a node that runs and has its data. @param emptied nodes of a broker with data that came back without theirs.
 * @throws Error while a queue has no majority.
 */
export async function completeMembers(on: NodePrograms, nodes: NodePrograms[], emptied: NodePrograms[]): Promise<void> {
  const columns = ['name', 'type', 'members'];
  const listed = await on.command('rabbitmqctl', 'list_queues', '--vhost', '/', ...columns, '--formatter', 'json');
  for (const { name, type, members } of JSON.parse(listed) as { name: string; type: string; members: string[] }[]) {
    const commands = COMMANDS[type];
    if (!commands) continue;
    const call = (command: string, node: NodePrograms) =>
      on.command(commands.tool, command, '--vhost', '/', name, node.name);
    for (const node of emptied) if (members.includes(node.name)) await call(commands.remove, node);
    for (const node of nodes)
      if (!members.includes(node.name) || emptied.includes(node)) await call(commands.add, node);
  }
}

const COMMANDS: Record<string, { tool: Tool; add: string; remove: string } | undefined> = {
  quorum: { tool: 'rabbitmq-queues', add: 'add_member', remove: 'delete_member' },
  stream: { tool: 'rabbitmq-streams', add: 'add_replica', remove: 'delete_replica' },
};
