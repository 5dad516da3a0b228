import type { Topology } from '@framewire/contract';
import type { ChannelModel } from 'amqplib';
import { within } from '../../process/wait.ts';
import { splitAddresses } from '../connection/addresses.ts';
import { destroy, openConnection } from '../connection/open.ts';
import { PATIENCE } from '../connection/patience.ts';

/**
 * Declares exchanges, queues and bindings over AMQP, for a broker whose management API cannot be reached.
 * Policies are beyond AMQP.
 * @param url one address or several, of which the first that answers is taken.
 * @throws Error when something stands there already that is another kind of thing, or the user may not declare.
 */
export async function declareTopology(url: string, { exchanges, queues, bindings }: Topology): Promise<void> {
  const connection = await openAny(splitAddresses(url));
  const declare = async () => {
    const channel = await connection.createChannel();
    for (const { name, type, durable } of exchanges) await channel.assertExchange(name, type, { durable });
    for (const { name, durable, arguments: args } of queues)
      await channel.assertQueue(name, { durable, arguments: args });
    for (const { source, destination, destination_type, routing_key } of bindings) {
      if (destination_type === 'queue') await channel.bindQueue(destination, source, routing_key);
      else await channel.bindExchange(destination, source, routing_key);
    }
  };
  try {
    await within(PATIENCE.most, 'declaring the topology', declare());
  } finally {
    await within(PATIENCE.first, 'closing', connection.close()).catch(() =>
      destroy(connection, 'closing took too long'),
    );
  }
}

/** @throws Error of the last address. */
async function openAny([address, ...others]: string[]): Promise<ChannelModel> {
  try {
    return await openConnection(address!, { name: 'topology', answerMs: 2 * PATIENCE.first });
  } catch (error) {
    if (others.length === 0) throw error;
    return openAny(others);
  }
}
