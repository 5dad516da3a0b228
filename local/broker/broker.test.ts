import { QUEUE } from '@framewire/contract';
import { createTestVhost, type TestVhost, testBroker } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBroker } from './broker.ts';

let vhost: TestVhost;
beforeAll(async () => {
  vhost = await createTestVhost();
  await vhost.admin.call('DELETE', `queues/${vhost.admin.vhost}/${QUEUE.frames}`);
  await vhost.admin.call('DELETE', `policies/${vhost.admin.vhost}/framewire-${QUEUE.frames}`);
});
afterAll(() => vhost.drop());

const queue = () => vhost.admin.call<{ policy?: string }>('GET', `queues/${vhost.admin.vhost}/${QUEUE.frames}`);

it("someone else's broker gets the queues over AMQP, and it is said what that leaves out", async () => {
  const broker = await useBroker(vhost.amqp, undefined);
  expect(await queue()).toMatchObject({ type: 'quorum' });
  expect(broker.urls.connector).toBe(vhost.amqp);
  expect(broker.shown.amqp).not.toContain(new URL(vhost.amqp).password);
  expect(broker.remarks.join()).toContain('RABBITMQ_MANAGEMENT_URL');
});

it('and their limits too where its management is at hand', async () => {
  const management = `${testBroker.management}/${vhost.admin.vhost}`;
  const broker = await useBroker(vhost.amqp, management);
  expect(broker.remarks).toEqual([]);
  const policy = await vhost.admin.call('GET', `policies/${vhost.admin.vhost}/framewire-${QUEUE.frames}`);
  expect(policy).toMatchObject({ definition: { overflow: 'reject-publish' } });
});

it('one that does not answer is one clear line', async () => {
  await expect(useBroker('amqp://guest:guest@127.0.0.1:1', undefined)).rejects.toThrow(
    'the broker that AMQP_URL names cannot be used: connect ECONNREFUSED 127.0.0.1:1',
  );
});
