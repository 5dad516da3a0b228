import type { Topic } from '@framewire/contract';
import type { UserGrant } from '@framewire/runtime/amqp';

/** The default user of RabbitMQ's clients; legacy producers connect as this one. */
export const LEGACY_USER = 'guest';

/**
 * It declares its queue and publishes to it by name, and reads nothing. Its password is known to everybody, so any program of this machine
 * may do as much: put messages into queues, and delete a detection queue. That is why it has to be asked for.
 */
export function legacyGrant(topics: Topic[]): UserGrant {
  const names = topics.map(({ queue }) => queue.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return { name: LEGACY_USER, password: LEGACY_USER, configure: `^(${names})$`, write: '^amq\\.default$', read: '^$' };
}
