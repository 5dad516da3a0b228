/** How programs of others declare and read the queues. */
import { QUEUE } from '@framewire/contract';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { describe, inject } from 'vitest';
import { aCase } from './case.ts';

const system = inject('system');

/** @param refused what the broker says, where it is right that it refuses. */
function reader(name: string, right: string, work: (channel: Channel) => Promise<string>, refused?: RegExp): void {
  aCase(name, right, async () => {
    const connection: ChannelModel = await connect(system.amqp, { timeout: 10_000 });
    connection.on('error', () => {}); // what the broker refuses ends the channel or the connection
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      const seen = await work(channel);
      return { seen, ok: refused === undefined };
    } catch (error) {
      const seen = (error as Error).message;
      return { seen, ok: refused?.test(seen) === true };
    } finally {
      await connection.close().catch(() => {});
    }
  });
}

const declare = (queue: string, options: object) => async (channel: Channel) => {
  const { messageCount } = await channel.assertQueue(queue, options);
  return `declared, ${messageCount} messages`;
};

/** @param prefetch 0: none is asked for. */
const read = (prefetch: number, noAck: boolean) => async (channel: Channel) => {
  if (prefetch > 0) await channel.prefetch(prefetch);
  return new Promise<string>((resolve, reject) => {
    channel.on('error', reject);
    const onMessage = (message: unknown) => resolve(message ? 'a record came' : 'cancelled');
    channel.consume(QUEUE.results, onMessage, { noAck, arguments: { 'x-stream-offset': 'first' } }).catch(reject);
    setTimeout(() => reject(new Error('nothing in 10 s')), 10_000);
  });
};

describe('queues as others declare them', () => {
  reader('frame_queue, durable (legacy)', 'declared', declare(QUEUE.frames, { durable: true }));
  reader(
    'frame_queue, passive',
    'there',
    async (channel) => `${(await channel.checkQueue(QUEUE.frames)).messageCount}`,
  );
  const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
  reader('frame_queue, durable, quorum', 'declared', declare(QUEUE.frames, quorum));
  const classic = { durable: true, arguments: { 'x-queue-type': 'classic' } };
  reader('frame_queue, classic', 'refused by the broker', declare(QUEUE.frames, classic), /PRECONDITION/);
  reader(
    'frame_queue, not durable',
    'refused by the broker',
    declare(QUEUE.frames, { durable: false }),
    /PRECONDITION/,
  );
  const stream = { durable: true, arguments: { 'x-queue-type': 'stream' } };
  reader('result_queue, durable, stream', 'declared', declare(QUEUE.results, stream));
  reader('result_queue, durable', 'refused by the broker', declare(QUEUE.results, { durable: true }), /PRECONDITION/);
});

describe('result_queue as others read it', () => {
  reader('prefetch 10, with acks', 'records come', read(10, false));
  reader('no prefetch', 'refused by the broker', read(0, false), /prefetch|PRECONDITION/);
  reader('without acks', 'refused by the broker', read(10, true), /not implemented|NOT_IMPLEMENTED|ended/i);
});
