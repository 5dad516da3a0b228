import { EXCHANGE, QUEUE } from '@framewire/contract';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../process/wait.ts';
import { type Broker, createBroker, type PublishError, type Settlement } from './session.ts';

let vhost: TestVhost;
let broker: Broker;
beforeAll(async () => {
  vhost = await createTestVhost([{ topic: 'faces', queue: QUEUE.frames, maxLength: 5, maxBytes: 1e6 }]);
  broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
});
afterAll(async () => {
  await broker.close();
  await vhost.drop();
});

const frame = (key: string, id?: string) => ({
  exchange: EXCHANGE.frames,
  key,
  content: new Uint8Array([1, 2, 3]),
  properties: { messageId: id },
  timeoutMs: 5_000,
});

const kindOf = (publish: Promise<void>) =>
  publish.then(
    () => 'confirmed',
    (error: PublishError) => error.kind,
  );

describe('a session with the broker', () => {
  it('delivers what was confirmed, in order, and settles it', async () => {
    for (const id of ['a', 'b', 'c']) await broker.publish(frame('faces.door', id));
    const seen: string[] = [];
    const consumer = broker.consume({
      queue: QUEUE.frames,
      prefetch: 1,
      onDelivery: (delivery) => {
        seen.push(delivery.properties.messageId);
        return 'ack';
      },
    });
    await waitFor('three deliveries', () => seen.length === 3);
    await consumer.stop();
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('tells an unroutable frame from a confirmed one', async () => {
    expect(await kindOf(broker.publish(frame('nobody.door')))).toBe('unroutable');
  });

  it('tells when the queue is full, and loses nothing that was confirmed', async () => {
    const kinds: string[] = [];
    for (let n = 0; n < 12; n++) kinds.push(await kindOf(broker.publish(frame('faces.door', `full-${n}`))));
    expect(kinds).toContain('refused');
    const confirmed = kinds.filter((kind) => kind === 'confirmed').length;
    let delivered = 0;
    const consumer = broker.consume({
      queue: QUEUE.frames,
      prefetch: 10,
      onDelivery: () => {
        delivered++;
        return 'ack';
      },
    });
    await waitFor('all that was confirmed', () => delivered === confirmed);
    await consumer.stop();
  });

  it('comes back when its connections are cut', async () => {
    let delivered = 0;
    const consumer = broker.consume({
      queue: QUEUE.frames,
      prefetch: 1,
      onDelivery: () => {
        delivered++;
        return 'ack';
      },
    });
    await waitFor('the consumer', () => consumer.channel);
    await vhost.cut('test consumes');
    await waitFor('the cut', () => consumer.channel === undefined, { every: 5 });
    await waitFor(
      'a publish after the cut',
      async () => (await kindOf(broker.publish(frame('faces.door')))) === 'confirmed',
    );
    await waitFor('a delivery after the cut', () => delivered >= 1);
    await consumer.stop();
  });

  it('does not take the end of a connection for a full queue', async () => {
    const record = { ...frame('door'), exchange: EXCHANGE.results };
    const kinds: string[] = [];
    let cut = false;
    const publishing = Promise.all(
      Array.from({ length: 50 }, async () => {
        let after = 0;
        while (after < 2) {
          kinds.push(await kindOf(broker.publish(record)));
          if (cut) after++;
        }
      }),
    );
    // the broker may confirm all that is under way in the moment in which it closes
    await waitFor(
      'a publish that a cut met',
      async () => {
        if (!kinds.includes('unconfirmed')) await vhost.cut('test publishes');
        return kinds.includes('unconfirmed');
      },
      { timeout: 80_000 },
    );
    cut = true;
    await publishing;
    expect(new Set(kinds)).toEqual(new Set(['confirmed', 'unconfirmed']));
  }, 120_000);

  it('aborts a delivery under way when its channel has closed', async () => {
    let aborts = 0;
    const consumer = broker.consume({
      queue: QUEUE.frames,
      prefetch: 1,
      async onDelivery(delivery, closed): Promise<Settlement> {
        if (delivery.fields.redelivered) return 'ack';
        await new Promise((resolve) => closed.addEventListener('abort', resolve));
        aborts++;
        return 'ack'; // to nobody: it is delivered again
      },
    });
    await broker.publish(frame('faces.door'));
    await waitFor('the delivery', () => consumer.busy === 1);
    await vhost.cut('test consumes');
    await waitFor('the abort', () => aborts === 1);
    await waitFor('the end of the second delivery', () => consumer.channel && consumer.busy === 0);
    await consumer.stop();
  });

  it('changes its prefetch while it runs, and pauses at 0', async () => {
    const held: (() => void)[] = [];
    const consumer = broker.consume({
      queue: QUEUE.frames,
      prefetch: 0,
      onDelivery: () => new Promise((resolve) => held.push(() => resolve('ack'))),
    });
    await waitFor('the consumer', () => consumer.channel);
    for (let n = 0; n < 3; n++) await broker.publish(frame('faces.door'));
    expect(held.length).toBe(0);
    await consumer.setPrefetch(2);
    await waitFor('two deliveries', () => held.length === 2);
    await consumer.setPrefetch(3);
    await waitFor('the third', () => held.length === 3);
    for (const release of held) release();
    await consumer.stop();
  });

  it('takes a change of its prefetch at any moment of its opening', async () => {
    for (let turns = 0; turns < 60; turns += 6) {
      const held: (() => void)[] = [];
      const onDelivery = () => new Promise<Settlement>((resolve) => held.push(() => resolve('ack')));
      const consumer = broker.consume({ queue: QUEUE.frames, prefetch: 1, onDelivery });
      for (let n = 0; n < turns; n++) await new Promise(setImmediate);
      void consumer.setPrefetch(2);
      for (let n = 0; n < 2; n++) await broker.publish(frame('faces.door'));
      await waitFor('two deliveries at once', () => held.length === 2);
      for (const release of held) release();
      await consumer.stop();
    }
  });

  it('can be stopped at any moment of its opening', async () => {
    for (let turns = 0; turns < 60; turns += 3) {
      const consumer = broker.consume({ queue: QUEUE.frames, prefetch: 1, onDelivery: () => 'ack' });
      for (let n = 0; n < turns; n++) await new Promise(setImmediate);
      await consumer.stop();
      expect(consumer.channel).toBeUndefined();
    }
  });

  it('waits for a queue that is not there yet', async () => {
    let delivered = 0;
    const onDelivery = (): Settlement => {
      delivered++;
      return 'ack';
    };
    const consumer = broker.consume({ queue: 'late_queue', prefetch: 1, onDelivery });
    await waitFor('the problem', () => consumer.problem()?.includes('late_queue'));
    await vhost.admin.call('PUT', `queues/${vhost.admin.vhost}/late_queue`, { durable: true });
    await vhost.admin.call('POST', `bindings/${vhost.admin.vhost}/e/frames/q/late_queue`, { routing_key: 'late.*' });
    await broker.publish(frame('late.door'));
    await waitFor('its delivery', () => delivered === 1);
    await consumer.stop();
  });
});
