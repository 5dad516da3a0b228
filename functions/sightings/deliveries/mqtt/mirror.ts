import { type CameraRecord, type Sighting, sightingLabel } from '@framewire/contract';
import { createLruMap, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { MqttConnection } from './connection.ts';
import { cameraDiscovery, type Discovery, labelDiscovery } from './discovery.ts';
import { AVAILABLE_TOPIC, connectedTopic, countTopic, snapshotTopic } from './topics.ts';

/** How often the state is compared with what the broker has, milliseconds. */
const BEAT_MS = 1_000;
/** Another replica that ends says `offline` for all: those that live say so again, beats. */
const AVAILABLE_EVERY = 30;
const MAX_TOPICS = 4_000;
/** A picture is waited for as long, beats: it is kept a moment after its sighting is. */
const PICTURE_BEATS = 10;

/** How many of a class are seen at a camera. */
export interface Seen {
  camera_id: string;
  label: string;
  count: number;
}

/** Keeps retained topics as the state is: counts, pictures, cameras, and what makes them known to Home Assistant. */
export interface Mirror {
  camera(record: CameraRecord): void;
  /** A sighting began or ended: its picture is the last one. */
  sighting(sighting: Sighting): void;
  close(): void;
}

export function createMirror(options: {
  connection: MqttConnection;
  /** The prefix of Home Assistant's discovery; undefined: none. */
  discovery: string | undefined;
  /** Every class that was ever seen at a camera, and how many are seen now. */
  seen(): Promise<Seen[]>;
  picture(sightingId: string): Promise<Uint8Array | undefined>;
  log: Log;
}): Mirror {
  const { connection, discovery, seen, picture, log } = options;
  /** What the broker has, by topic. Forgotten when it is connected again: it may have been started without its data. */
  const published = createLruMap<string, string>(MAX_TOPICS);
  const cameras = createLruMap<string, CameraRecord>(1_000);
  const pictures = createLruMap<string, { id: string; beats: number }>(MAX_TOPICS);
  let beats = 0;
  connection.onConnect(() => published.clear());

  async function publish(topic: string, payload: string): Promise<void> {
    if (published.get(topic) === payload) return;
    await connection.publish(topic, payload, { retain: true });
    published.set(topic, payload);
  }

  const publishDiscovery = ({ topic, payload }: Discovery, isRemoved = false) =>
    publish(topic, isRemoved ? '' : JSON.stringify(payload));

  const nameOf = (camera: string) => cameras.peek(camera)?.settings?.name ?? camera;
  const isRemoved = (camera: string) => cameras.peek(camera)?.state === 'removed';

  async function beat(): Promise<void> {
    if (connection.problem() !== undefined) return;
    if (beats++ % AVAILABLE_EVERY === 0) await connection.publish(AVAILABLE_TOPIC, 'online', { retain: true });
    for (const [camera, { state }] of cameras.entries()) {
      await publish(connectedTopic(camera), state === 'online' ? 'online' : 'offline');
      if (discovery) await publishDiscovery(cameraDiscovery(discovery, camera, nameOf(camera)), isRemoved(camera));
    }
    for (const { camera_id, label, count } of await seen()) {
      await publish(countTopic(camera_id, label), String(count));
      if (!discovery) continue;
      for (const one of labelDiscovery(discovery, camera_id, nameOf(camera_id), label))
        await publishDiscovery(one, isRemoved(camera_id));
    }
    for (const [topic, wanted] of [...pictures.entries()]) {
      const jpeg = await picture(wanted.id);
      if (jpeg) await connection.publish(topic, jpeg, { retain: true });
      if (jpeg || ++wanted.beats > PICTURE_BEATS) pictures.delete(topic);
    }
  }

  /** What could not be published is at the next beat. */
  async function tryBeat(): Promise<void> {
    try {
      await beat();
    } catch (error) {
      log.warn({ why: (error as Error).message }, 'the state could not be published to MQTT, and is tried again');
    }
  }
  const stop = repeat(tryBeat, BEAT_MS, log, 'publishing the state to MQTT');

  return {
    camera: (record) => cameras.set(record.camera_id, record),
    sighting(sighting) {
      pictures.set(snapshotTopic(sighting.camera_id, sightingLabel(sighting)), { id: sighting.id, beats: 0 });
    },
    close: stop,
  };
}
