import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestVhost, silentLog, type TestVhost } from '../testing.ts';
import { createLink, type Link } from './link.ts';

let vhost: TestVhost;
let link: Link;
beforeAll(async () => {
  vhost = await createTestVhost();
  link = createLink({ url: vhost.amqp, name: 'test', log: silentLog });
});
afterAll(async () => {
  await link.close();
  await vhost.drop();
});

it('leaves nothing on the signal of those who waited', async () => {
  const ending = new AbortController();
  await Promise.all([link.ready(ending.signal), link.ready(ending.signal)]);
  expect(getEventListeners(ending.signal, 'abort')).toEqual([]);
});

it('lets go who waits for a broker that does not come', async () => {
  const nowhere = createLink({ url: 'amqp://127.0.0.1:1', name: 'test', log: silentLog });
  const ending = new AbortController();
  const waiting = nowhere.ready(ending.signal);
  ending.abort(new Error('ended'));
  await expect(waiting).rejects.toThrow('ended');
  await nowhere.close();
});
