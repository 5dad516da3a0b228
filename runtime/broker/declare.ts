import type { Topology } from '@framewire/contract';
import { connect } from 'amqplib';

/**
 * Declares exchanges, queues and bindings over AMQP, for a broker whose management API is not to be had. Policies are beyond AMQP.
 * @throws Error when something stands there already that is another kind of thing, or the user may not declare.
 */
export async function declareTopology(url: string, { exchanges, queues, bindings }: Topology): Promise<void> {
  const connection = await connect(url, { timeout: 10_000 });
  connection.on('error', () => {}); // the call that failed says it
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    for (const { name, type, durable } of exchanges) await channel.assertExchange(name, type, { durable });
    for (const { name, durable, arguments: args } of queues)
      await channel.assertQueue(name, { durable, arguments: args });
    for (const { source, destination, destination_type, routing_key } of bindings) {
      if (destination_type === 'queue') await channel.bindQueue(destination, source, routing_key);
      else await channel.bindExchange(destination, source, routing_key);
    }
  } finally {
    await connection.close().catch(() => {});
  }
}
