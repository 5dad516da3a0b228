import { EXCHANGE, QUEUE, topology } from '@framewire/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestVhost, type TestVhost } from '../../testing/index.ts';
import { applyTopology } from './admin.ts';
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

it('removes what an earlier version bound, over AMQP as by the management API', async () => {
  const { admin } = vhost;
  const path = `bindings/${admin.vhost}/e/${EXCHANGE.frames}/e/${EXCHANGE.pictures}`;
  const declarations = [() => declareTopology(vhost.amqp, topology()), () => applyTopology(admin, topology())];
  for (const declare of declarations) {
    await admin.call('POST', path, { routing_key: '#' });
    await declare();
    expect(await admin.call('GET', path)).toEqual([]);
  }
});
