/** For tests: an empty vhost. */
import { randomBytes } from 'node:crypto';
import { type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import { testBroker } from '@framewire/testkit';

export interface EmptyVhost {
  /** Its management address, and that of AMQP for a user. */
  management: string;
  amqp(user: string, password: string): string;
  admin: BrokerAdmin;
  /** A user's name that no other test has; deleted with the vhost. */
  user(): string;
  drop(): Promise<void>;
}

/** @param exists false: only its name, for a test that makes it. */
export async function createEmptyVhost({ exists = true } = {}): Promise<EmptyVhost> {
  const name = `topology-${randomBytes(6).toString('hex')}`;
  const users: string[] = [];
  const root = createBrokerAdmin(testBroker.management);
  const management = `${testBroker.management}/${name}`;
  if (exists) {
    await root.call('PUT', `vhosts/${name}`, { defaultqueuetype: 'quorum', default_queue_type: 'quorum' });
    const me = new URL(testBroker.management).username;
    await root.call('PUT', `permissions/${name}/${me}`, { configure: '.*', write: '.*', read: '.*' });
  }
  return {
    management,
    amqp: (user, password) => {
      const url = new URL(`${testBroker.amqp}/${name}`);
      url.username = encodeURIComponent(user);
      url.password = encodeURIComponent(password);
      return url.href;
    },
    admin: createBrokerAdmin(management),
    user: () => {
      users.push(`${name}-${users.length}`);
      return users.at(-1)!;
    },
    async drop() {
      await root.call('DELETE', `vhosts/${name}`);
      for (const user of users) await root.call('DELETE', `users/${user}`);
    },
  };
}
