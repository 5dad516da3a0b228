import { createHash } from 'node:crypto';
import { EXCHANGE, formatUuid, TRACKS_TYPE, type Track, type TracksRecord } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';

/** The same UUID for the same words. */
export const idOf = (...words: (string | number)[]) =>
  formatUuid(createHash('sha256').update(words.join(' ')).digest().subarray(0, 16), 8);

export function trackOf(camera: string, id: number, more: Partial<Track> = {}): Track {
  return {
    id,
    sighting_id: idOf('sighting', camera, id),
    label: 'face',
    box: { x: 100, y: 100, w: 50, h: 50 },
    detection: 0,
    score: 0.8,
    begin: 1_000,
    frames: 1,
    zones: [],
    ...more,
  };
}

/** The record of frame n of a camera: one frame a second from 1,000 on. */
export function recordOf(camera: string, n: number, more: Partial<TracksRecord> = {}): TracksRecord {
  return {
    camera_id: camera,
    topic: 'faces',
    frame_id: idOf('frame', camera, n),
    captured_at: 1_000 + n,
    timestamp: Date.now() / 1000,
    node_id: 'tracker-1',
    image: { width: 640, height: 480 },
    cursor: n,
    tracks: [],
    ended: [],
    crossings: [],
    ...more,
  };
}

export const publishRecord = (broker: Broker, record: TracksRecord) =>
  broker.publish({
    exchange: EXCHANGE.tracks,
    key: record.camera_id,
    content: Buffer.from(JSON.stringify(record)),
    properties: { type: TRACKS_TYPE.tracks, contentType: 'application/json' },
    timeoutMs: 10_000,
  });
