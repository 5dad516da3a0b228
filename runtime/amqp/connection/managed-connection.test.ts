import { getEventListeners } from 'node:events';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createManagedConnection, type ManagedConnection } from './managed-connection.ts';

let vhost: TestVhost;
let connection: ManagedConnection;
beforeAll(async () => {
  vhost = await createTestVhost();
  connection = createManagedConnection({ url: vhost.amqp, name: 'test', log: silentLog });
});
afterAll(async () => {
  await connection.close();
  await vhost.drop();
});

it('leaves nothing on the signal of those who waited', async () => {
  const ending = new AbortController();
  await Promise.all([connection.ready(ending.signal), connection.ready(ending.signal)]);
  expect(getEventListeners(ending.signal, 'abort')).toEqual([]);
});

it('a wait for a broker that never answers can be aborted', async () => {
  const nowhere = createManagedConnection({ url: 'amqp://127.0.0.1:1', name: 'test', log: silentLog });
  const ending = new AbortController();
  const waiting = nowhere.ready(ending.signal);
  ending.abort(new Error('ended'));
  await expect(waiting).rejects.toThrow('ended');
  await nowhere.close();
});
