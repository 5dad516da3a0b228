import { EXCHANGE, QUEUE } from '@framewire/contract';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../process/wait.ts';
import { type Broker, createBroker, type Settlement } from './session.ts';

let vhost: TestVhost;
let broker: Broker;
const queue = 'doomed';
beforeEach(async () => {
  vhost = await createTestVhost();
  broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  await declare();
});
afterEach(async () => {
  await broker.close();
  await vhost.drop();
});

const path = () => `queues/${vhost.admin.vhost}/${queue}`;
async function declare(): Promise<void> {
  await vhost.admin.call('PUT', path(), { durable: true });
  await vhost.admin.call('POST', `bindings/${vhost.admin.vhost}/e/frames/q/${queue}`, { routing_key: 'doomed.*' });
}
const publish = (id: string) =>
  broker.publish({
    exchange: 'frames',
    key: 'doomed.door',
    content: new Uint8Array([1]),
    properties: { messageId: id },
    timeoutMs: 10_000,
  });

describe('a consumer', () => {
  it('that is stopped at any moment has nothing under way when that resolves, and nothing begins later', async () => {
    await publish('one');
    let running = 0;
    let begun = 0;
    const onDelivery = async (_: unknown, closed: AbortSignal) => {
      running++;
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(closed.aborted).toBe(false);
      running--;
      return 'release' as const;
    };
    // at first there is no connection either
    for (let turns = 0; turns < 90; turns += 3) {
      const consumer = broker.consume({ queue, prefetch: 1, onDelivery });
      for (let n = 0; n < turns; n++) await new Promise(setImmediate);
      await consumer.stop();
      const before = begun;
      expect([running, consumer.busy, consumer.state]).toEqual([0, 0, 'stopped']);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(begun).toBe(before);
    }
    expect(begun).toBeGreaterThan(0);
  });

  it('that the broker cancels settles what is under way on its channel, and consumes again as soon as it can', async () => {
    const seen: string[] = [];
    let finish = () => {};
    let closed: AbortSignal | undefined;
    const consumer = broker.consume({
      queue,
      prefetch: 1,
      async onDelivery({ properties }, signal): Promise<Settlement> {
        seen.push(properties.messageId);
        if (properties.messageId === 'one') {
          closed = signal;
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
        }
        return 'ack';
      },
    });
    await publish('one');
    await waitFor('the delivery', () => seen.length === 1);
    expect(consumer.state).toBe('consuming');
    await vhost.admin.call('DELETE', path());
    await waitFor('the cancel', () => consumer.state !== 'consuming');
    await declare();
    await publish('two');
    await waitFor('a delivery of the new queue', () => seen.includes('two'), { timeout: 25_000 });
    expect(closed!.aborted).toBe(false); // its channel is still open
    expect(consumer.busy).toBe(1);
    finish();
    await waitFor('the end of the first', () => consumer.busy === 0);
    await waitFor('the end of its channel', () => closed!.aborted);
    await consumer.stop();
  });

  it('aborts what is under way at once when its channel has closed', async () => {
    await publish('one');
    const lost: boolean[] = [];
    const consumer = broker.consume({
      queue,
      prefetch: 1,
      async onDelivery({ fields }, closed): Promise<Settlement> {
        if (fields.redelivered) return 'ack';
        await new Promise((resolve) => closed.addEventListener('abort', resolve, { once: true }));
        lost.push(closed.aborted);
        return 'ack';
      },
    });
    await waitFor('the delivery', () => consumer.busy === 1);
    const old = consumer.channel;
    await vhost.cut('test consumes');
    await waitFor('the abort', () => lost.length === 1);
    await waitFor('another channel', () => consumer.channel && consumer.channel !== old);
    await waitFor('the second delivery to be done', () => consumer.busy === 0);
    await consumer.stop();
  });

  it('of a stream acks several deliveries at once, and those that are too few for it after a while', async () => {
    const acks: { tag: number; multiple: boolean }[] = [];
    let newest = 0;
    let came = 0;
    const consumer = broker.consume({
      queue: QUEUE.results,
      prefetch: 10,
      ackEvery: 5,
      arguments: () => ({ 'x-stream-offset': 'first' }),
      onDelivery({ fields }) {
        newest = fields.deliveryTag;
        came++;
        return 'ack';
      },
    });
    const channel = await waitFor('the channel', () => consumer.channel);
    const { ack } = channel;
    channel.ack = (delivery, multiple = false) => {
      acks.push({ tag: delivery.fields.deliveryTag, multiple });
      ack.call(channel, delivery, multiple);
    };
    const publishRecords = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, n) =>
          broker.publish({
            exchange: EXCHANGE.results,
            key: 'door',
            content: new Uint8Array([n]),
            timeoutMs: 10_000,
          }),
        ),
      );
    await publishRecords(23); // more than there is credit for without an ack
    await waitFor('all records', () => came === 23);
    await waitFor('the ack of the last three', () => acks.at(-1)?.tag === newest);
    expect(acks.every(({ multiple }) => multiple)).toBe(true);
    expect(acks.length).toBeLessThan(came / 2);
    await publishRecords(10);
    await waitFor('further records', () => came === 33);
    expect(consumer.channel).toBe(channel);
  });
});
