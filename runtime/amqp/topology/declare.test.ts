import { QUEUE, topology } from '@framewire/contract';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { declareTopology } from './declare.ts';

let vhost: TestVhost;
beforeAll(async () => {
  vhost = await createTestVhost();
});
afterAll(() => vhost.drop());

it('declares what is missing and leaves what stands', async () => {
  const path = `queues/${vhost.admin.vhost}/${QUEUE.deadLetters}`;
  await vhost.admin.call('DELETE', path);
  await declareTopology(vhost.amqp, topology());
  await declareTopology(vhost.amqp, topology());
  expect(await vhost.admin.call('GET', path)).toMatchObject({ type: 'quorum' });
});
