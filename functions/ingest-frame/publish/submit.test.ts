import { EXCHANGE, errorBody, ingestAnswer, QUEUE } from '@framewire/contract';
import { type BrokerAdmin, createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { freePort, silentLog } from '@framewire/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { expectAllAccounted, jpeg, startFreezer, startIngest, startQueue, type TestQueue } from '../testing/ingest.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open<T extends { close(): unknown }>(opening: Promise<T>): Promise<T> {
  const opened = await opening;
  closers.push(() => opened.close());
  return opened;
}

interface Answer {
  status: number;
  /** With 202; the others with the rest. */
  frame_id?: string;
  error?: string;
  code?: string;
  retryAfter?: string | null;
}

async function post(url: string, body = jpeg(), headers: Record<string, string> = {}): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(`${url}?camera=door`, { method: 'POST', headers, body });
  const took = performance.now() - start;
  const answer = await response.json();
  if (response.status === 202) return { status: 202, frame_id: ingestAnswer.parse(answer).frame_id };
  const { error, code } = errorBody.parse(answer);
  console.log(`${response.status} ${took.toFixed(0).padStart(5)} ms  ${error}`);
  return { status: response.status, error, code, retryAfter: response.headers.get('retry-after') };
}

const ready = (url: string) => fetch(`${url}readyz`).then(({ status }) => status === 200);

describe('with viewers that watch all cameras, a frame', () => {
  /** As results-ws takes the pictures of what its viewers watch. */
  async function watchAll({ vhost }: TestQueue): Promise<void> {
    const broker = createBroker({ url: vhost.amqp, name: 'viewers', log: silentLog });
    closers.push(() => broker.close());
    const viewers = broker.consume({
      async queue(channel) {
        const { queue } = await channel.assertQueue('', { exclusive: true, arguments: { 'x-queue-type': 'classic' } });
        await channel.bindQueue(queue, EXCHANGE.watchedFrames, '#');
        return queue;
      },
      prefetch: 10,
      onDelivery: () => 'ack',
    });
    await waitFor('the viewers', () => viewers.channel);
  }

  const withoutQueue = (admin: BrokerAdmin) => admin.call('DELETE', `queues/${admin.vhost}/${QUEUE.frames}`);
  const withoutBinding = (admin: BrokerAdmin) =>
    admin.call('DELETE', `bindings/${admin.vhost}/e/${EXCHANGE.frames}/q/${QUEUE.frames}/faces.%2A`);

  it.each([
    ['frame_queue', withoutQueue],
    ['its binding', withoutBinding],
  ])('that goes nowhere since %s is missing is refused, and its record says so by a code', async (_, remove) => {
    const queue = await open(startQueue(100));
    const { url } = await open(startIngest(queue.vhost.amqp));
    await watchAll(queue);
    expect(await post(url)).toMatchObject({ status: 202 });
    await remove(queue.vhost.admin);
    for (let n = 0; n < 10; n++) expect(await post(url)).toMatchObject({ status: 503, code: 'unroutable' });
    await waitFor('the record', () => queue.records.some(({ reason_code }) => reason_code === 'unroutable'));
  });
});

describe('a full queue', () => {
  it('is reported to the caller at once; the next frame that is taken reports what was shed', async () => {
    const queue = await open(startQueue(3));
    const { url } = await open(startIngest(queue.vhost.amqp, { reportAfterMs: 60_000 }));
    const accepted: (string | undefined)[] = [];
    let refused = 0;
    while (refused < 3) {
      const answer = await post(url, jpeg(`${accepted.length}`));
      if (answer.status === 202) accepted.push(answer.frame_id);
      else {
        expect(answer).toMatchObject({ status: 429, code: 'queue_full', retryAfter: '1' });
        expect(answer.error).toContain('the queue is full');
        refused++;
      }
    }
    queue.take();
    await waitFor('room in the queue', async () => {
      const answer = await post(url);
      if (answer.status === 202) accepted.push(answer.frame_id);
      return answer.status === 202;
    });
    await waitFor('all that was accepted', () => queue.frames.length >= accepted.length);
    expect(queue.frames.map(({ frame_id }) => frame_id)).toEqual(accepted);
    await waitFor('all sequence numbers', () => {
      expectAllAccounted(queue);
      return true;
    });
    expect(queue.frames.at(-1)!.shed?.length).toBe(1);
  });

  it('is reported by a record where no frame is taken for a second', async () => {
    const queue = await open(startQueue(1));
    const { url } = await open(startIngest(queue.vhost.amqp));
    await waitFor('a refusal', async () => (await post(url)).status === 429);
    await waitFor('the record', () => queue.records.length > 0);
    expect(queue.records[0]).toMatchObject({ camera_id: 'door', outcome: 'shed', reason: 'the queue is full' });
    queue.take();
    await waitFor('what had been accepted', () => queue.frames.length > 0);
    await waitFor('all sequence numbers', () => {
      expectAllAccounted(queue);
      return true;
    });
  });
});

describe('a broker that is away', () => {
  it('is reported to the caller within the time limit, and by /readyz', async () => {
    const { url } = await open(startIngest(`amqp://127.0.0.1:${await freePort()}`));
    await waitFor('the reason', async () => (await (await fetch(`${url}readyz`)).text()).includes('ECONNREFUSED'));
    expect(await post(url)).toMatchObject({ status: 503, code: 'broker_unreachable', retryAfter: '1' });
  });

  it('that hangs leaves open whether the frame is in the queue, and says so', async () => {
    const queue = await open(startQueue(100));
    const proxy = await open(startFreezer(queue.vhost.amqp));
    const { url } = await open(startIngest(proxy.amqp));
    await waitFor('readiness', () => ready(url));
    expect(await post(url)).toMatchObject({ status: 202 });
    proxy.freeze();
    const answer = await post(url);
    expect(answer).toMatchObject({ status: 503, code: 'unconfirmed', retryAfter: '1' });
    expect(answer.error).toContain('may or may not be in the queue');
    proxy.close();
  });
});

describe('an idempotency key', () => {
  const KEYED = { 'idempotency-key': 'picture 1 of today' };

  it('makes repeats one frame, published once, also while the first is under way', async () => {
    const queue = await open(startQueue(100));
    const { url } = await open(startIngest(queue.vhost.amqp));
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(url, jpeg(), KEYED)));
    answers.push(await post(url, jpeg(), KEYED));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.status).toBe(202);
    const other = await post(url, jpeg(), { 'idempotency-key': 'picture 2 of today' });
    queue.take();
    await waitFor('the other', () => queue.frames.some(({ frame_id }) => frame_id === other.frame_id));
    expect(queue.frames.length).toBe(2);
  });

  it('gives the same frame id in another process', async () => {
    const queue = await open(startQueue(100));
    const first = await open(startIngest(queue.vhost.amqp));
    const second = await open(startIngest(queue.vhost.amqp));
    expect(await post(first.url, jpeg(), KEYED)).toEqual(await post(second.url, jpeg(), KEYED));
  });

  it('is not to be used for another picture', async () => {
    const queue = await open(startQueue(100));
    const { url } = await open(startIngest(queue.vhost.amqp));
    await post(url, jpeg('one'), KEYED);
    expect(await post(url, jpeg('another'), KEYED)).toMatchObject({ status: 409, code: 'key_reused' });
  });

  it('publishes again after a refusal', async () => {
    const queue = await open(startQueue(1));
    const { url } = await open(startIngest(queue.vhost.amqp));
    await waitFor('a refusal', async () => (await post(url)).status === 429);
    expect(await post(url, jpeg(), KEYED)).toMatchObject({ status: 429 });
    queue.take();
    const answer = await waitFor('room', async () => {
      const repeat = await post(url, jpeg(), KEYED);
      return repeat.status === 202 ? repeat : undefined;
    });
    await waitFor('the frame', () => queue.frames.some(({ frame_id }) => frame_id === answer.frame_id));
  });
});
