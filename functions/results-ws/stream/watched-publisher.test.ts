import { EXCHANGE, MAX_WATCHED_CAMERAS, type WatchedNotice, watchedNotice } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, it } from 'vitest';
import { type Replica, startReplica, view } from '../testing/replica.ts';

let vhost: TestVhost;
let broker: Broker;
let replica: Replica;
let heard: WatchedNotice[];
beforeEach(async () => {
  vhost = await createTestVhost();
  broker = createBroker({ url: vhost.amqp, name: 'connector', log: silentLog });
  heard = [];
  const consumer = broker.consume({
    async queue(channel) {
      const { queue } = await channel.assertQueue('', { exclusive: true, arguments: { 'x-queue-type': 'classic' } });
      await channel.bindQueue(queue, EXCHANGE.watched, '#');
      return queue;
    },
    prefetch: 10,
    onDelivery({ content }) {
      heard.push(watchedNotice.parse(JSON.parse(content.toString())));
      return 'ack';
    },
  });
  await waitFor('a channel', () => consumer.channel);
  replica = await startReplica(vhost.amqp);
});
afterEach(async () => {
  await replica.close();
  await broker.close();
  await vhost.drop();
});

const last = () => heard.at(-1)?.cameras;
const heardLast = (cameras: WatchedNotice['cameras']) =>
  waitFor(`${cameras} to be heard`, () => String(last()) === String(cameras) && heard.length > 0);

it('connectors hear which cameras are watched: at each change, and again while any is', async () => {
  const first = await view(replica.url, ['hall', 'door']);
  await heardLast(['door', 'hall']);
  const count = heard.length;
  await waitFor('it to be said again', () => heard.length > count + 1);
  const second = await view(replica.url, '*');
  await heardLast('*');
  await second.close();
  await heardLast(['door', 'hall']);
  first.say({ type: 'watch', cameras: ['yard'] });
  await heardLast(['yard']);
  await first.close();
  await heardLast([]);
});

it('many cameras are said as all of them', async () => {
  const many = Array.from({ length: MAX_WATCHED_CAMERAS }, (_, n) => `c${n}`);
  const viewer = await view(replica.url, many);
  await waitFor('each', () => last()?.length === MAX_WATCHED_CAMERAS);
  viewer.say({ type: 'watch', cameras: [...many, 'one-more'] });
  await heardLast('*');
  await viewer.close();
});

it('a replica that ends takes back what it said', async () => {
  const viewer = await view(replica.url, ['door']);
  await heardLast(['door']);
  await replica.close();
  await heardLast([]);
  await viewer.close();
  replica = await startReplica(vhost.amqp);
});
