import type { CameraRecord } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { type Mosquitto, noMosquitto, startMosquitto } from '@framewire/testkit/mqtt/mosquitto';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testEventOf, testSighting } from '../testing/event.ts';
import { connectMqtt, type MqttConnection } from './connection.ts';
import { createMirror, type Seen } from './mirror.ts';
import { mirrorEvent, mirrorSighting } from './mirror-event.ts';
import { createMqttSender } from './sender.ts';
import { countTopic } from './topics.ts';

const JPEG = new Uint8Array([255, 216, 255, 217]);

describe.skipIf(noMosquitto)('MQTT', () => {
  let broker: Mosquitto;
  let connection: MqttConnection;
  let reader: MqttClient;
  /** The last payload of each topic, as somebody who subscribes sees it. */
  let topics: Map<string, Buffer>;
  const said = (topic: string) => topics.get(topic)?.toString();
  const connected = () => waitFor('the connection', () => connection.problem() === undefined);

  beforeEach(async () => {
    topics = new Map();
    broker = await startMosquitto();
    connection = connectMqtt({
      url: broker.url,
      clientId: 'framewire-a',
      available: 'framewire/available',
      log: silentLog,
    });
    reader = mqtt.connect(broker.url, { reconnectPeriod: 100 });
    reader.on('error', () => {});
    reader.on('connect', () => reader.subscribe(['framewire/#', 'homeassistant/#'], { qos: 1 }, () => {}));
    reader.on('message', (topic, payload) => topics.set(topic, payload));
    await connected();
    await waitFor('the reader', () => said('framewire/available') === 'online');
  });
  afterEach(async () => {
    await connection.close();
    reader.end(true);
    await broker.remove();
  });

  it('gets a notification, and it counts as delivered once the broker has taken it', async () => {
    const event = testEventOf();
    const sender = createMqttSender(connection);
    expect(await sender.send(event, { topic: 'framewire/notifications/r' })).toMatchObject({ ok: true });
    await waitFor('the message', () => said('framewire/notifications/r'));
    expect(JSON.parse(said('framewire/notifications/r')!)).toEqual(event);
  });

  it('says so while the broker is away, and goes on when it is back', async () => {
    const sender = createMqttSender(connection);
    await broker.kill();
    await waitFor('the loss', () => connection.problem());
    expect(await sender.send(testEventOf(), { topic: 'framewire/x' })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('MQTT'),
    });
    await broker.start();
    await connected();
    expect(await sender.send(testEventOf(), { topic: 'framewire/x' })).toMatchObject({ ok: true });
    await waitFor('the message', () => said('framewire/x'));
  });

  it('is refused where no broker is set', async () => {
    expect(await createMqttSender(undefined).send(testEventOf(), { topic: 'x' })).toMatchObject({ final: true });
  });

  it('says offline when this process dies, by its last will', async () => {
    const other = connectMqtt({
      url: broker.url,
      clientId: 'framewire-b',
      available: 'framewire/other',
      log: silentLog,
    });
    await waitFor('online', () => said('framewire/other') === 'online');
    // taken over by a client of the same name: the broker cuts the first one off, as when its process is killed
    const thief = mqtt.connect(broker.url, { clientId: 'framewire-b', reconnectPeriod: 0 });
    thief.on('error', () => {});
    await waitFor('the last will', () => said('framewire/other') === 'offline');
    thief.end(true);
    await other.close();
  });

  describe('mirrors the state', () => {
    let seen: Seen[];
    let mirror: ReturnType<typeof createMirror>;
    beforeEach(() => {
      seen = [{ camera_id: 'door', label: 'person', count: 1 }];
      mirror = createMirror({
        connection,
        discovery: 'homeassistant',
        seen: async () => seen,
        picture: async () => JPEG,
        log: silentLog,
      });
    });
    afterEach(() => mirror.close());
    const camera = (state: CameraRecord['state']): CameraRecord => ({
      camera_id: 'door',
      state,
      since: 1,
      timestamp: 1,
      restarts: 0,
      settings: { name: 'The door' },
    });

    it('as counts, the last picture and whether cameras are connected, also to a broker that lost all', async () => {
      mirror.camera(camera('online'));
      mirror.sighting(testSighting());
      await waitFor(
        'the state',
        () => said('framewire/door/person') === '1' && said('framewire/door/connected') === 'online',
      );
      await waitFor('the picture', () => topics.get('framewire/door/person/snapshot'));
      expect(new Uint8Array(topics.get('framewire/door/person/snapshot')!)).toEqual(JPEG);
      seen = [{ camera_id: 'door', label: 'person', count: 0 }];
      mirror.camera(camera('offline'));
      await waitFor(
        'the change',
        () => said('framewire/door/person') === '0' && said('framewire/door/connected') === 'offline',
      );
      await broker.kill();
      topics.clear();
      await broker.start();
      await waitFor('the state again', () => said('framewire/door/person') === '0' && said('framewire/door/connected'));
    });

    it('and makes it known to Home Assistant, until a camera is removed', async () => {
      mirror.camera(camera('online'));
      const occupancy = 'homeassistant/binary_sensor/framewire_door_person/config';
      const connectivity = 'homeassistant/binary_sensor/framewire_door_connected/config';
      await waitFor('the discovery', () => said(occupancy) && said(connectivity));
      expect(JSON.parse(said(occupancy)!)).toMatchObject({
        device_class: 'occupancy',
        state_topic: 'framewire/door/person',
        availability_topic: 'framewire/available',
        device: { name: 'The door', identifiers: ['framewire_door'] },
      });
      expect(JSON.parse(said(connectivity)!)).toMatchObject({ device_class: 'connectivity', payload_on: 'online' });
      mirror.camera(camera('removed'));
      await waitFor('its end', () => said(occupancy) === '' && said(connectivity) === '');
    });
  });
});

it('an event of a sighting is one as Frigate has it', () => {
  const begun = testSighting();
  const further = { ...begun, zones: ['steps'] };
  expect(mirrorEvent('begin', begun)).toMatchObject({
    type: 'new',
    after: { camera: 'door', label: 'person', end_time: null },
  });
  expect(mirrorEvent('zone', further, mirrorSighting(begun))).toMatchObject({
    type: 'update',
    before: { entered_zones: [] },
    after: { entered_zones: ['steps'], box: [10, 20, 40, 60] },
  });
  expect(mirrorEvent('end', { ...further, end: 9 }).after.end_time).toBe(9);
});

it('no label leads to another topic', () => {
  expect(countTopic('door', 'a/#/+')).toBe('framewire/door/a____');
});
