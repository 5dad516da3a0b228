import { once } from 'node:events';
import { type LegacyResult, permissions, type ResultRecord, uuidv7 } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createProducer, hello, jpegOf, type Producer, type Replica, startReplica, view } from '../testing/replica.ts';
import { findingSince } from '../testing/rules.ts';

let vhost: TestVhost;
let producer: Producer;
let replica: Replica;
const others: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
  replica = await startReplica(vhost.amqp);
});
afterEach(async () => {
  for (const end of others.splice(0).reverse()) await end();
  await replica.close();
  await producer.close();
  await vhost.drop();
});

/** Sends frames until one arrives with its JPEG: from then on the bindings stand. */
async function untilFrames(viewer: Awaited<ReturnType<typeof view>>, camera = 'door'): Promise<void> {
  await waitFor('a frame', async () => {
    await producer.frame(camera);
    return viewer.results.some(({ record, jpeg }) => record.camera_id === camera && jpeg.length > 0);
  });
}

describe('a frame and its result', () => {
  it('leave together, in the order of the stream', async () => {
    const viewer = await view(replica.url);
    others.push(viewer.close);
    await untilFrames(viewer);
    const from = viewer.results.length;
    const sent: ResultRecord[] = [];
    for (let n = 0; n < 30; n++) sent.push(await producer.frame('door', {}, jpegOf(1000 + n)));
    await waitFor('all', () => viewer.results.some(({ record }) => record.frame_id === sent.at(-1)!.frame_id));
    const got = viewer.results.slice(from).filter(({ record }) => sent.some((s) => s.frame_id === record.frame_id));
    expect(got.map(({ record, jpeg }) => [record.frame_id, jpeg.length])).toEqual(
      sent.map(({ frame_id }, n) => [frame_id, 1000 + n]),
    );
    expect(got.map(({ cursor }) => cursor)).toEqual([...got.map(({ cursor }) => cursor)].sort((a, b) => a - b));
  });

  it('also where it is still; one that nobody was to see is not waited for', async () => {
    const viewer = await view(replica.url);
    others.push(viewer.close);
    await untilFrames(viewer);
    const still = { outcome: 'still' as const, reason: 'nothing moved', reason_code: 'no_motion' as const };
    const shown = await producer.frame('door', { ...still, stages: { published_at: Date.now() } }, jpegOf(555));
    const unseen = { frame_id: uuidv7(), ...still };
    await producer.result(unseen);
    const found = ({ frame_id }: { frame_id: string }) =>
      viewer.results.find(({ record }) => record.frame_id === frame_id);
    const ids = [shown, unseen];
    await waitFor('both', () => ids.every(found));
    expect(ids.map(found).map((one) => [one!.record.outcome, one!.jpeg.length])).toEqual([
      ['still', 555],
      ['still', 0],
    ]);
  });

  it('also where the result is first', async () => {
    const viewer = await view(replica.url);
    others.push(viewer.close);
    await untilFrames(viewer);
    const frame_id = uuidv7();
    await producer.result({ frame_id });
    await producer.watchedFrame({ frame_id, jpeg: jpegOf(777) });
    const got = await waitFor('it', () => viewer.results.find(({ record }) => record.frame_id === frame_id));
    expect(got.jpeg.length).toBe(777);
  });

  it('go their ways where the frame does not come, and the next has its own again', async () => {
    const viewer = await view(replica.url);
    others.push(viewer.close);
    await untilFrames(viewer);
    const bare = await producer.result({});
    const whole = await producer.frame('door');
    const of = (id: string) => viewer.results.find(({ record }) => record.frame_id === id);
    await waitFor('both', () => of(bare.frame_id) && of(whole.frame_id));
    expect([of(bare.frame_id)!.jpeg.length, of(whole.frame_id)!.jpeg.length]).toEqual([0, 100]);
  });

  it('go to whoever watches that camera; the result alone to all', async () => {
    const viewer = await view(replica.url, ['door']);
    const other = await view(replica.url, []);
    others.push(viewer.close, other.close);
    await untilFrames(viewer);
    const yard = await producer.frame('yard');
    for (const each of [viewer, other]) {
      const got = await waitFor('the yard', () => each.results.find(({ record }) => record.frame_id === yard.frame_id));
      expect(got.jpeg.length).toBe(0);
    }
    expect(other.results.every(({ jpeg }) => jpeg.length === 0)).toBe(true);
    other.say({ type: 'watch', cameras: ['yard'] });
    await untilFrames(other, 'yard');
  });
});

describe('an outcome', () => {
  it('that is published twice is shown once', async () => {
    const viewer = await view(replica.url);
    others.push(viewer.close);
    const { frame_id } = await producer.result({});
    await producer.result({ frame_id });
    const last = await producer.result({});
    await waitFor('the last', () => viewer.results.some(({ record }) => record.frame_id === last.frame_id));
    expect(viewer.results.filter(({ record }) => record.frame_id === frame_id).length).toBe(1);
    expect(await replica.registry.metrics()).toContain('cv_results_duplicate_total 1');
  });

  it('is counted for its camera, and what was shed with it', async () => {
    await producer.camera({ camera_id: 'door', url: 'demo:' });
    await producer.result({ shed: [[1, 3]] });
    await producer.result({ outcome: 'expired', reason: 'too late' });
    const camera = await waitFor('the counts', () =>
      replica.results.cameras.views().find(({ outcomes }) => outcomes.expired),
    );
    expect(camera).toMatchObject({
      camera_id: 'door',
      source: { state: 'online', url: 'demo:' },
      outcomes: { detected: 1, shed: 3, expired: 1 },
      last_outcome: 'expired',
      last_reason: 'too late',
    });
  });

  it('that cannot be read is passed over', async () => {
    const viewer = await view(replica.url);
    others.push(viewer.close);
    await producer.result({ camera_id: 'not a camera' });
    const next = await producer.result({});
    await waitFor('the next', () => viewer.results.some(({ record }) => record.frame_id === next.frame_id));
    expect(await replica.registry.metrics()).toContain('cv_messages_malformed_total{what="record"} 1');
  });
});

describe('a viewer that comes back', () => {
  it('gets what it missed, in order and without frames, at another replica too', async () => {
    const first = await view(replica.url);
    const seen = await producer.result({});
    const { cursor } = await waitFor('it', () => first.results.find(({ record }) => record.frame_id === seen.frame_id));
    await first.close();
    const missed: string[] = [];
    for (let n = 0; n < 25; n++) missed.push((await producer.result({})).frame_id);

    const another = await startReplica(vhost.amqp);
    others.push(another.close);
    for (const { url } of [replica, another]) {
      const viewer = await view(url, '*', cursor);
      others.push(viewer.close);
      expect(hello(viewer)).toMatchObject({ resumed: true, cursor });
      await waitFor('all that it missed', () => viewer.results.length >= missed.length);
      expect(viewer.results.map(({ record }) => record.frame_id)).toEqual(missed);
      expect(viewer.results.every(({ replay, jpeg }) => replay && jpeg.length === 0)).toBe(true);
    }
  });

  it('gets nothing twice, and what comes next as it comes', async () => {
    const first = await view(replica.url);
    await producer.result({});
    const { cursor } = await waitFor('it', () => first.results[0]);
    await first.close();
    const viewer = await view(replica.url, '*', cursor);
    others.push(viewer.close);
    const next = await producer.result({});
    await waitFor('the next', () => viewer.results.length > 0);
    expect(viewer.results.map(({ record, replay }) => [record.frame_id, replay])).toEqual([[next.frame_id, undefined]]);
  });

  it('hears that it missed something where the stream is another one', async () => {
    const viewer = await view(replica.url, '*', 1_000_000);
    others.push(viewer.close);
    expect(hello(viewer)).toMatchObject({ resumed: false });
    const next = await producer.result({});
    await waitFor('the next', () => viewer.results.some(({ record }) => record.frame_id === next.frame_id));
  });
});

describe('a slow viewer', () => {
  it('loses frames, never an outcome, and holds up nobody', async () => {
    const slow = await view(replica.url);
    const quick = await view(replica.url);
    others.push(quick.close, slow.close);
    await untilFrames(quick);
    await untilFrames(slow);
    const from = { quick: quick.results.length, slow: slow.results.length };
    (slow.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket.pause();
    const sent: string[] = [];
    for (let n = 0; n < 60; n++) sent.push((await producer.frame('door', {}, jpegOf(400_000))).frame_id);
    await waitFor('the quick one to have all', () =>
      quick.results.some(({ record }) => record.frame_id === sent.at(-1)),
    );
    expect(quick.results.slice(from.quick).filter(({ jpeg }) => jpeg.length === 400_000).length).toBe(60);

    (slow.socket as unknown as { _socket: { resume(): void } })._socket.resume();
    const ids = () => slow.results.slice(from.slow).map(({ record }) => record.frame_id);
    await waitFor('the slow one to get all', () => ids().includes(sent.at(-1)!));
    expect(ids().filter((id) => sent.includes(id))).toEqual(sent);
    expect(slow.results.filter(({ jpeg }) => jpeg.length === 400_000).length).toBeLessThan(60);
    await waitFor('word of what it lost', () => slow.messages.some(({ type }) => type === 'skipped'));
  });
});

it('a viewer gets the outcomes and frames of the topics that it asks for, and what it missed of them', async () => {
  const all = await view(replica.url);
  const some = await view(replica.url);
  others.push(all.close, some.close);
  some.say({ type: 'watch', cameras: '*', topics: ['objects'] });
  await untilFrames(all);
  const sent: ResultRecord[] = [];
  for (let n = 0; n < 10; n++)
    sent.push(await producer.frame('door', { topic: n % 2 ? 'objects' : 'faces' }, jpegOf(500)));
  const ids = (records: { record: ResultRecord }[]) => records.map(({ record }) => record.frame_id);
  const objects = sent.filter(({ topic }) => topic === 'objects').map(({ frame_id }) => frame_id);
  await waitFor('all of them', () => objects.every((id) => ids(some.results).includes(id)));
  await waitFor('all', () => sent.every(({ frame_id }) => ids(all.results).includes(frame_id)));
  const own = some.results.filter(({ record }) => sent.some(({ frame_id }) => frame_id === record.frame_id));
  expect(ids(own)).toEqual(objects);
  expect(own.every(({ jpeg }) => jpeg.length === 500)).toBe(true);
});

describe('a legacy viewer', () => {
  it('gets its JSON: each frame that was detected, with its JPEG', async () => {
    const socket = new WebSocket(`${replica.url.replace('http', 'ws')}/ws/results`);
    const got: LegacyResult[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data))));
    await once(socket, 'open');
    others.push(async () => socket.close());
    await waitFor('a frame', async () => {
      await producer.frame('door');
      return got.length > 0;
    });
    await producer.frame('door', { outcome: 'expired', reason: 'too late' });
    const another = await producer.frame('door', { topic: 'objects' });
    const { frame_id, timestamp } = await producer.frame('door', {}, jpegOf(300));
    const result = await waitFor('it', () => got.find((each) => each.frame_id === frame_id));
    expect(result).toMatchObject({ detections: [{ x: 1, y: 2, w: 3, h: 4 }], node_id: 'detector', timestamp });
    expect(Buffer.from(result.frame, 'base64').length).toBe(300);
    expect(got.every(({ frame }) => frame.length > 0)).toBe(true);
    expect(got.some((each) => each.frame_id === another.frame_id)).toBe(false); // its page shows faces
  });
});

it('the rights of its user are enough', async () => {
  const { admin, amqp } = vhost;
  const user = `results-${uuidv7()}`;
  await admin.call('PUT', `users/${user}`, { password: 'secret', tags: '' });
  await admin.call('PUT', `permissions/${admin.vhost}/${user}`, permissions().results);
  others.push(() => admin.call('DELETE', `users/${user}`));
  const url = new URL(amqp);
  url.username = user;
  url.password = 'secret';
  const limited = await startReplica(url.href);
  others.push(limited.close);
  const viewer = await view(limited.url, ['door']);
  others.push(viewer.close);
  await untilFrames(viewer);
  viewer.say({ type: 'watch', cameras: ['yard'] });
  await untilFrames(viewer, 'yard');
  limited.results.incidents.report(findingSince(1));
  await waitFor('its finding in the stream', () =>
    limited.results.incidents.newest(9).some(({ type }) => type === 'finding'),
  );
  await waitFor('the queue of frames', () => limited.snapshot().broker.waiting === 0);
  expect(limited.snapshot().broker).toMatchObject({ problem: undefined, stream: undefined, consumers: 0 });
});
