import { randomBytes } from 'node:crypto';
import { DEFAULT_TOPICS, topology } from '@framewire/contract';
import { applyTopology, type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';

/** The broker of the test run: its two addresses, as an administrator. */
export const testBroker = {
  amqp: process.env.FRAMEWIRE_TEST_AMQP_URL ?? '',
  management: process.env.FRAMEWIRE_TEST_MANAGEMENT_URL ?? '',
};

export interface TestVhost {
  amqp: string;
  admin: BrokerAdmin;
  /** As a broken network would: the broker ends the connection that calls itself so. */
  cut(connection: string): Promise<void>;
  drop(): Promise<void>;
}

/** A vhost of its own with the whole topology in it, default queue type quorum. `drop` deletes it. */
export async function createTestVhost(topics = DEFAULT_TOPICS): Promise<TestVhost> {
  if (!testBroker.amqp) throw new Error('FRAMEWIRE_TEST_AMQP_URL is not set: run through `npm test`');
  const name = `test-${randomBytes(6).toString('hex')}`;
  const root = createBrokerAdmin(testBroker.management);
  const user = new URL(testBroker.amqp).username || 'guest';
  // 3.10 reads the first key, later versions the second
  await root.call('PUT', `vhosts/${name}`, { defaultqueuetype: 'quorum', default_queue_type: 'quorum' });
  await root.call('PUT', `permissions/${name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
  const admin = createBrokerAdmin(`${testBroker.management}/${name}`);
  await applyTopology(admin, topology(topics));
  return {
    amqp: `${testBroker.amqp}/${name}`,
    admin,
    cut: createCut(admin),
    drop: async () => {
      await root.call('DELETE', `vhosts/${name}`);
    },
  };
}

/** The broker lists a connection some seconds late, and still lists one that was closed. So none is cut twice. */
function createCut(admin: BrokerAdmin): TestVhost['cut'] {
  type Connection = { name: string; client_properties?: { connection_name?: string } };
  const cut = new Set<string>();
  return async (connection) => {
    const open = await waitFor(
      `the broker to list "${connection}"`,
      async () => {
        const all = (await admin.call<Connection[]>('GET', `vhosts/${admin.vhost}/connections`)) ?? [];
        return all.find(
          ({ name, client_properties: called }) => called?.connection_name === connection && !cut.has(name),
        );
      },
      { timeout: 20_000 },
    );
    cut.add(open.name);
    await admin.call('DELETE', `connections/${encodeURIComponent(open.name)}`);
  };
}
