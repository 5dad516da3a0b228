import { EXCHANGE, QUEUE, WATCHED_HOLDS_MS, type WatchedNotice } from '@framewire/contract';
import type { ConsumeMessage } from '@framewire/runtime/amqp';
import { derivedFrameId } from '@framewire/runtime/frames';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ANSWER, detector } from '../testing/gateway.ts';
import { JPEG, startTestSystem, type TestSystem } from '../testing/system.ts';

let system: TestSystem;
/** What viewers' tap got. */
let frames: ConsumeMessage[];
beforeAll(async () => {
  system = await startTestSystem();
  const tap = system.broker.consume({
    prefetch: 10,
    async queue(channel) {
      const { queue } = await channel.assertQueue('', { exclusive: true, arguments: { 'x-queue-type': 'classic' } });
      await channel.bindQueue(queue, EXCHANGE.watchedFrames, '#');
      return queue;
    },
    onDelivery(delivery) {
      frames.push(delivery);
      return 'ack';
    },
  });
  await waitFor('the tap', () => tap.channel);
  system.gateway.functions.set('detect', detector());
  await system.start();
});
afterAll(() => system.close());
beforeEach(() => {
  frames = [];
  system.gateway.functions.set('detect', detector());
});
afterEach(() => watch([]));

async function watch(cameras: WatchedNotice['cameras'], node_id = 'viewers'): Promise<void> {
  await system.broker.publish({
    exchange: EXCHANGE.watched,
    key: 'cameras',
    content: Buffer.from(JSON.stringify({ node_id, cameras } satisfies WatchedNotice)),
    properties: { mandatory: false },
    timeoutMs: 5_000,
  });
}

const ended = (id: string) => waitFor(`the outcome of ${id}`, () => system.records(id)[0]);
const of = (id: string) => frames.filter(({ properties }) => properties.messageId === id);

/** Sends frames of a camera, with a watch notice before each, until one is forwarded. Returns the id of that one. */
const forwarded = (camera_id: string, cameras: WatchedNotice['cameras']) =>
  waitFor(`a frame of ${camera_id}`, async () => {
    await watch(cameras);
    const id = await system.send({ camera_id });
    await ended(id);
    return of(id).length > 0 ? id : undefined;
  });

it('forwards the frames of watched cameras alone', async () => {
  const unwatched = await system.send({ camera_id: 'yard' });
  await ended(unwatched);
  const id = await forwarded('door', ['door', 'hall']);
  const [frame] = of(id);
  expect(frame!.fields.routingKey).toBe('seen.door');
  expect(frame!.content.equals(JPEG)).toBe(true);
  expect(frame!.properties).toMatchObject({ contentType: 'image/jpeg', headers: { camera_id: 'door' } });
  const yard = await system.send({ camera_id: 'yard' });
  await ended(yard);
  await forwarded('hall', ['door', 'hall']);
  expect([...of(unwatched), ...of(yard)]).toEqual([]);
});

it('forwards that of a legacy message too', async () => {
  await forwarded('default', '*');
  const body = Buffer.from(JSON.stringify({ frame: JPEG.toString('base64'), timestamp: Date.now() / 1_000 }));
  await system.broker.publish({ exchange: '', key: QUEUE.frames, content: body, timeoutMs: 5_000 });
  const id = derivedFrameId(body);
  await waitFor('its frame', () => of(id).length > 0);
  expect(of(id)[0]!.properties).toMatchObject({ contentType: 'image/jpeg', headers: { camera_id: 'default' } });
});

it('forwards a frame once, however often it is tried', async () => {
  await forwarded('door', '*');
  let asked = 0;
  system.gateway.functions.set(
    'detect',
    detector({ answer: (c) => (++asked < 4 ? c.json({ error: 'failed' }, 500) : c.json(ANSWER)) }),
  );
  const id = await system.send();
  expect(await ended(id)).toMatchObject({ outcome: 'detected' });
  expect(asked).toBe(4);
  await forwarded('door', '*'); // what was forwarded before it has come
  expect(of(id)).toHaveLength(1);
});

it('forwards that of a frame which expires in its queue: viewers see what was not detected', async () => {
  await forwarded('door', '*');
  // the first frames wait for an answer; those behind them stay in the queue until their time is over
  system.gateway.functions.set('detect', detector({ answer: () => new Promise(() => {}) }));
  const ids: string[] = [];
  for (let n = 0; n < 4; n++) ids.push(await system.send({ deadline_ms: Date.now() + 1_000 }));
  const records = await Promise.all(
    ids.map(async (id) => {
      await watch('*');
      return ended(id);
    }),
  );
  expect(records.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'expired'));
  expect(records.some(({ stages }) => stages.invoked_at === undefined)).toBe(true);
  await waitFor('a frame of each', () => ids.every((id) => of(id).length === 1));
});

it('forwards none once no notice came for a while', async () => {
  await forwarded('door', '*');
  const last = Date.now();
  await waitFor(
    'a frame that is not forwarded',
    async () => {
      const id = await system.send();
      await ended(id);
      return of(id).length === 0 && Date.now() - last > WATCHED_HOLDS_MS;
    },
    { timeout: 20_000 },
  );
});

it('hears each replica of results-ws for itself', async () => {
  await watch(['hall'], 'another');
  await forwarded('door', ['door']);
  await watch([]);
  await waitFor('the hall alone', async () => {
    await watch(['hall'], 'another');
    const [hall, door] = [await system.send({ camera_id: 'hall' }), await system.send({ camera_id: 'door' })];
    await Promise.all([hall, door].map(ended));
    return of(hall).length === 1 && of(door).length === 0;
  });
  await watch([], 'another');
});
