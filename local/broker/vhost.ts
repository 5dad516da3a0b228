import type { BrokerAdmin } from '@framewire/runtime/amqp';

/**
 * Makes quorum the default queue type of vhost `/`, so that a program which declares `frame_queue` without a type gets the existing queue.
 * RabbitMQ 3.10 cannot change a vhost that exists, so on the first boot, while it is empty, it is deleted and created again. Only for a
 * broker whose data are new: one that boots says for a moment of a vhost with queues that it has none.
 */
export async function ensureQuorumByDefault(admin: BrokerAdmin, user: string): Promise<void> {
  const vhost = await admin.call<{ default_queue_type?: string }>('GET', `vhosts/${admin.vhost}`);
  if (vhost?.default_queue_type === 'quorum') return;
  if (vhost) {
    const queues = await admin.call<unknown[]>('GET', `queues/${admin.vhost}`);
    if (queues?.length !== 0) return; // its messages are worth more
    await admin.call('DELETE', `vhosts/${admin.vhost}`);
  }
  // 3.10 reads the first key, later versions the second
  await admin.call('PUT', `vhosts/${admin.vhost}`, { defaultqueuetype: 'quorum', default_queue_type: 'quorum' });
  await admin.call('PUT', `permissions/${admin.vhost}/${user}`, { configure: '.*', write: '.*', read: '.*' });
}
