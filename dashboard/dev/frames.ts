import type { FrameAnswer, ResultRecord } from '@framewire/contract';
import { record } from './answers.ts';
import type { Situation } from './states.ts';

/** Frames that are not among those of the last moments, by their ids. */
export const FRAME = {
  detected: '01993f0c-3a5e-7c1d-9a2b-000000000001',
  expired: '01993f0c-3a5e-7c1d-9a2b-000000000002',
  foreign: '01993f0c-3a5e-7c1d-9a2b-000000000003',
  unknown: '01993f0c-3a5e-7c1d-9a2b-000000000004',
  objects: '01993f0c-3a5e-7c1d-9a2b-000000000005',
};
const KEPT = 500;

/** The outcomes that were sent, the newest last. */
const sent: ResultRecord[] = [];
export function keep(outcome: ResultRecord): ResultRecord {
  sent.push(outcome);
  if (sent.length > 2 * KEPT) sent.splice(0, KEPT);
  return outcome;
}

export function frames(query: URLSearchParams, now: Situation): ResultRecord[] {
  if (now.still === 'never') return [];
  const limit = Number(query.get('limit') ?? 50);
  const camera = query.get('camera');
  const slow = query.get('order') === 'slowest';
  return Array.from({ length: Math.min(limit, 20) }, (_, i) => {
    const camera_id = camera ?? now.cameras[i % now.cameras.length]!;
    return slow ? late(camera_id, 1900 - i * 83, i) : recent(camera_id, i, now);
  });
}

function recent(camera: string, i: number, now: Situation): ResultRecord {
  const at = (Date.now() - i * 100) / 1000;
  const past = { timestamp: at, original_timestamp: at - 0.084 };
  if (now.topics && i % 5 === 2) return record(camera, 500 - i, { ...past, ...OBJECTS });
  if (i % 7 === 3) return expired(camera, { ...past, original_timestamp: at - 2.1 });
  return record(camera, 500 - i, { ...past, detections: [{ x: 1, y: 1, w: 9, h: 9 }] });
}

/** What a second model found. */
const OBJECTS = {
  topic: 'objects',
  detector: 'yolo11n',
  image: { width: 640, height: 360 },
  detections: [
    { x: 90, y: 60, w: 130, h: 280, score: 0.93, label: 'person' },
    { x: 350, y: 90, w: 120, h: 260, score: 0.88, label: 'person' },
    { x: 470, y: 210, w: 150, h: 110, score: 0.71, label: 'car' },
  ],
};

const expired = (camera: string, more: Partial<ResultRecord>): ResultRecord =>
  record(camera, 497, {
    frame_id: FRAME.expired,
    outcome: 'expired',
    reason: 'its deadline of 2 s passed in the queue',
    node_id: undefined,
    detector: undefined,
    stages: {},
    ...more,
  });

/** One that waited in the queue. */
function late(camera: string, age: number, i: number): ResultRecord {
  const ended = Date.now() - 20_000 - i * 7000;
  const whole = record(camera, 400 - i, {});
  const captured = ended - age;
  const shift = captured - whole.stages.captured_at!;
  const moved = (at: number | undefined, by: number) => at && at + by;
  const queued = age - 44;
  return {
    ...whole,
    frame_id: i === 0 ? FRAME.detected : whole.frame_id,
    timestamp: ended / 1000,
    original_timestamp: captured / 1000,
    image: { width: 640, height: 360 },
    detections: [
      { x: 120, y: 80, w: 70, h: 90, score: 0.91, label: 'face' },
      { x: 380, y: 110, w: 64, h: 84, score: 0.84, label: 'face' },
    ],
    stages: {
      ...whole.stages,
      captured_at: captured,
      published_at: moved(whole.stages.published_at, shift),
      received_at: captured + queued,
      invoked_at: captured + queued + 0.6,
      answered_at: ended - 4.2,
    },
  };
}

/** Undefined: not kept, or never seen. */
export function frame(id: string, now: Situation): FrameAnswer | undefined {
  const camera = now.cameras[0] ?? 'door';
  if (id === FRAME.detected) return { record: late(camera, 1900, 0), slower_than: 0.997 };
  if (id === FRAME.objects) return { record: { ...late(camera, 310, 2), ...OBJECTS, frame_id: id }, slower_than: 0.6 };
  if (id === FRAME.expired) {
    const at = Date.now() / 1000 - 41;
    return { record: expired(camera, { timestamp: at, original_timestamp: at - 2.1 }) };
  }
  if (id === FRAME.foreign) {
    const { source, seq, traceparent, stages, ...rest } = late(camera, 310, 1);
    return {
      record: { ...rest, frame_id: id, camera_id: 'default', detections: [], stages: { detect: 21, decode: 4 } },
    };
  }
  const known = sent.find(({ frame_id }) => frame_id === id);
  return known && { record: known, slower_than: 0.42 };
}
