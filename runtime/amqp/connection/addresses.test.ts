import { createTestVhost, silentLog, startSlowBroker, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../process/config.ts';
import { waitFor } from '../../process/wait.ts';
import { createBroker } from '../session.ts';
import { brokerSettings } from '../settings.ts';
import { createRound, splitAddresses } from './addresses.ts';

let vhost: TestVhost;
beforeAll(async () => {
  vhost = await createTestVhost();
});
afterAll(() => vhost.drop());

it('a comma separates addresses, and not a password', () => {
  expect(splitAddresses('amqp://u:a,b@one/v, amqps://u:a,b@two/v')).toEqual([
    'amqp://u:a,b@one/v',
    'amqps://u:a,b@two/v',
  ]);
});

it('parts begin with different nodes, and go round all of them', () => {
  const begun = [0, 0.4, 0.99].map((random) => createRound('amqp://a,amqp://b,amqp://c', random));
  expect(begun.map(({ current }) => current)).toEqual(['amqp://a', 'amqp://b', 'amqp://c']);
  begun[1]!.next();
  begun[1]!.next();
  expect(begun[1]!.current).toBe('amqp://a');
});

it('addresses of two brokers are one clear line without a password', () => {
  const read = (AMQP_URL: string) => () => readConfig(brokerSettings(), { AMQP_URL });
  expect(read('amqp://u:p@a/v,amqp://u:p@b/v')().AMQP_URL).toContain('@b/v');
  expect(read('amqp://u:p@a/v,amqp://u:other@b/v')).toThrow(
    /^AMQP_URL: its addresses differ in more than the node: user, password and vhost have to be the same; allowed: amqp:/,
  );
  expect(read('amqp://u:p@a/v,amqp://u:other@b/v')).not.toThrow(/other/);
});

it('goes to the next node at once when its own ends, and passes over one that is away', async () => {
  const nodes = await Promise.all([startSlowBroker(vhost.amqp, 0), startSlowBroker(vhost.amqp, 0)]);
  const away = vhost.amqp.replace(/@[^/]+/, '@127.0.0.1:1');
  const broker = createBroker({
    url: [...nodes.map(({ amqp }) => amqp), away].join(','),
    name: 'test',
    log: silentLog,
  });
  const publish = () =>
    broker.publish({ exchange: 'frames', key: 'faces.a', content: new Uint8Array([1]), timeoutMs: 5_000 });
  try {
    await publish();
    const first = nodes.findIndex(({ connections }) => connections === 1);
    await nodes[first]!.close();
    await waitFor('a confirm by the other node', () => publish().then(() => true), { timeout: 10_000 });
    expect(nodes[1 - first]!.connections).toBe(1);
  } finally {
    await broker.close();
    await Promise.all(nodes.map((node) => node.close()));
  }
});
