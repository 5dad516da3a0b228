import { type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import type { SystemInfo } from './start.ts';

/** The management API of a system's private broker, as its administrator. */
export function openBrokerAdmin({ amqp, base }: SystemInfo): BrokerAdmin {
  const { username, password } = new URL(amqp);
  return createBrokerAdmin(`http://${username}:${password}@127.0.0.1:${base + 31}`);
}
