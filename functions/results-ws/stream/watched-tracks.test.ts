import { EXCHANGE, TRACKS_TYPE, type TracksRecord } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createProducer, type Producer, type Replica, startReplica, view } from '../testing/replica.ts';

let vhost: TestVhost;
let broker: Broker;
let producer: Producer;
let replica: Replica;
beforeEach(async () => {
  vhost = await createTestVhost();
  broker = createBroker({ url: vhost.amqp, name: 'tracker', log: silentLog });
  producer = createProducer(vhost.amqp);
  replica = await startReplica(vhost.amqp);
});
afterEach(async () => {
  await replica.close();
  await producer.close();
  await broker.close();
  await vhost.drop();
});

const publish = (camera_id: string, frame_id: string) => {
  const box = { x: 1, y: 2, w: 3, h: 4 };
  const one = { sighting_id: frame_id, box, begin: 1, frames: 2, zones: [] };
  const record: TracksRecord = {
    camera_id,
    topic: 'faces',
    frame_id,
    captured_at: 1,
    timestamp: 2,
    node_id: 'tracker',
    cursor: 3,
    tracks: [
      { ...one, id: 17, detection: 0 },
      { ...one, id: 16 },
    ],
    ended: [],
    crossings: [],
    state: { secret: 'of the tracker' },
  };
  return broker.publish({
    exchange: EXCHANGE.tracks,
    key: camera_id,
    content: Buffer.from(JSON.stringify(record)),
    properties: { type: TRACKS_TYPE.tracks },
    timeoutMs: 5_000,
  });
};

it('viewers get the numbers at the boxes of the cameras that they watch, and of no other', async () => {
  const viewer = await view(replica.url, ['door']);
  const { frame_id } = await producer.result({ camera_id: 'door' });
  const tracks = () => viewer.messages.filter((message) => message.type === 'tracks');
  await waitFor('the numbers', async () => {
    await publish('yard', frame_id);
    await publish('door', frame_id);
    return tracks().length > 0;
  });
  expect(tracks()[0]).toEqual({
    type: 'tracks',
    camera_id: 'door',
    topic: 'faces',
    frame_id,
    tracks: [{ id: 17, detection: 0 }, { id: 16 }],
  });
  viewer.say({ type: 'watch', cameras: ['yard'] });
  await waitFor('those of the other camera', async () => {
    await publish('yard', frame_id);
    return tracks().some(({ camera_id }) => camera_id === 'yard');
  });
  const ofDoor = () => tracks().filter(({ camera_id }) => camera_id === 'door').length;
  const before = ofDoor();
  for (let n = 0; n < 5; n++) await publish('door', frame_id);
  await sleep(300);
  expect(ofDoor()).toBe(before);
  await viewer.close();
});
