import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProducer, jpegOf, type Producer, type Replica, startReplica } from '../testing/replica.ts';
import { type Client, transports } from '../testing/viewers.ts';

/** More than a line holds: 64 KiB of it are some hundred outcomes. */
const MISSED = 2_000;
/** More than the kernel's buffers and ours hold together. */
const BIG = 400_000;
/** ControlMessage from the others by its size. */
const AFTER = 222;

describe.each(transports)('a viewer by $name', ({ replays, goodbye, connect }) => {
  let vhost: TestVhost;
  let producer: Producer;
  let replica: Replica;
  const clients: Client[] = [];
  const failures: unknown[] = [];
  const onRejection = (error: unknown) => failures.push(error);

  beforeAll(async () => {
    vhost = await createTestVhost();
    producer = createProducer(vhost.amqp);
  });
  beforeEach(async () => {
    failures.length = 0;
    process.on('unhandledRejection', onRejection);
    replica = await startReplica(vhost.amqp);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.vanish();
    await replica.close();
    process.off('unhandledRejection', onRejection);
    expect(failures).toEqual([]);
    // vitest's workers share a counter: a failure anywhere in the background is one here
    expect(await replica.registry.metrics()).not.toMatch(/background_failures_total\{.*\} [1-9]/);
  });
  afterAll(async () => {
    await producer.close();
    await vhost.drop();
  });

  async function join(resume?: number): Promise<Client> {
    const client = await connect(replica.url, resume);
    clients.push(client);
    return client;
  }

  /** Sends frames until one arrives with its JPEG: from then on the bindings stand. */
  const untilFrames = (client: Client) =>
    waitFor('a frame', async () => {
      const { frame_id } = await producer.frame('door');
      return client.shown.find((each) => each.bytes > 0) && frame_id;
    });

  async function publish(count: number, size = 0): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 100) {
      const some = Array.from({ length: Math.min(100, count - n) }, () =>
        size > 0 ? producer.frame('door', {}, jpegOf(size)) : producer.result({}),
      );
      ids.push(...(await Promise.all(some)).map(({ frame_id }) => frame_id));
    }
    return ids;
  }

  const received = ({ shown }: Client, ids: string[]) => shown.filter(({ frame_id }) => ids.includes(frame_id));
  const isHere = (ids: string[]) => () => ids.every((id) => replica.results.history.find(id));

  it('joins: it is shown what comes from then on, each once, with its JPEG', async () => {
    const client = await join();
    await untilFrames(client);
    const sent: string[] = [];
    for (let n = 0; n < 20; n++) sent.push((await producer.frame('door', {}, jpegOf(1_000 + n))).frame_id);
    await waitFor('all', () => received(client, sent).length >= sent.length);
    expect(received(client, sent).map(({ bytes }) => bytes)).toEqual(sent.map((_, n) => 1_000 + n));
  });

  it.runIf(replays)(
    `resumes: it gets ${MISSED} that it missed in their order, each once, and then what comes`,
    async () => {
      const first = await join();
      const [seen] = await publish(1);
      const { cursor } = await waitFor('it', () => first.shown.find(({ frame_id }) => frame_id === seen));
      first.vanish();
      const missed = await publish(MISSED);
      await waitFor('them to be here', isHere(missed));
      const client = await join(cursor);
      await waitFor('all that it missed', () => client.shown.length >= MISSED);
      const [next] = await publish(1);
      await waitFor('the next', () => client.shown.at(-1)?.frame_id === next);
      expect(client.gap()).toBe(false);
      expect(client.shown.map(({ cursor }) => cursor)).toEqual(
        [...new Set(client.shown.map(({ cursor }) => cursor!))].sort((a, b) => a - b),
      );
      expect(new Set(client.shown.map(({ frame_id }) => frame_id))).toEqual(new Set([...missed, next]));
    },
  );

  it('is slow: it loses frames, never an outcome, and holds up nobody', async () => {
    const [slow, quick] = [await join(), await join()];
    await untilFrames(quick);
    await untilFrames(slow);
    slow.pause();
    const sent: string[] = [];
    // one after the other: the frames' queue of this replica holds 64 MiB
    for (let n = 0; n < 60; n++) sent.push((await producer.frame('door', {}, jpegOf(BIG))).frame_id);
    await waitFor('the quick one to have all', () => received(quick, sent).length === sent.length);
    slow.resume();
    await waitFor('the slow one to be shown frames again', async () => {
      await producer.frame('door', {}, jpegOf(AFTER));
      return slow.shown.some(({ bytes }) => bytes === AFTER);
    });
    if (replays) expect(received(slow, sent).map(({ frame_id }) => frame_id)).toEqual(sent);
    expect(received(slow, sent).filter(({ bytes }) => bytes === BIG).length).toBeLessThan(sent.length);
  });

  /** One that stopped reading: its line is full. */
  async function fallBehind(): Promise<Client> {
    const client = await join();
    await untilFrames(client);
    client.pause();
    await publish(40, BIG);
    return client;
  }

  it('leaves while it is behind, and nobody else hears of it', async () => {
    const other = await join();
    const slow = await fallBehind();
    slow.vanish();
    await waitFor('it to leave', () => replica.results.hub.size === 1);
    const next = await untilFrames(other);
    await waitFor('the other to be shown what comes', () => received(other, [next]).length === 1);
  });

  it.runIf(replays)('leaves at once, with much to be sent', async () => {
    await publish(MISSED);
    for (let n = 0; n < 20; n++) {
      const client = await join(0);
      client.pause();
      client.vanish();
    }
    await waitFor('them to leave', () => replica.results.hub.size === 0);
    const other = await join();
    const next = await untilFrames(other);
    await waitFor('another to be shown what comes', () => received(other, [next]).length === 1);
  });

  it('is drained while it is behind: it holds up no end, and another hears goodbye', async () => {
    await publish(MISSED);
    const other = await join();
    await fallBehind();
    for (let n = 0; n < 5; n++) (await join(0)).pause();
    await replica.close();
    expect(await other.ended).toBe(goodbye);
    replica = await startReplica(vhost.amqp);
  });
});
