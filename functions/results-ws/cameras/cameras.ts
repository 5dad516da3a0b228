import type { CameraRecord, CameraView, ResultRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';
import { createTopicCounts, type TopicCounts } from './topic-counts.ts';

/** A camera's connector gives a sign of life every 10 s; two may be lost, seconds. */
const SILENT_AFTER = 25;
/** A camera without a connector is forgotten when its last frame is so old, seconds. */
const FORGET_AFTER = 3600;
/** Cameras that a connector reads. */
const MAX_CONNECTED = 5_000;
/** Cameras that only post frames: their ids are free text. The one that was silent for longest is forgotten first. */
const MAX_POSTING = 1_000;

/** What is known of each camera: its last state and what became of its frames. */
export interface Cameras {
  result(record: ResultRecord): void;
  /** @returns whether its state is another one than before: worth sending at once. */
  camera(record: CameraRecord): boolean;
  views(): CameraView[];
  /** Those whose view changed since the last call; one that was forgotten comes once more, as `removed`. */
  takeChanged(): CameraView[];
  clear(): void;
}

interface Camera {
  source?: CameraRecord;
  last?: ResultRecord;
  topics: TopicCounts;
  /** As it was sent last, to compare with. */
  sent?: string;
}

/** @param clock milliseconds since the epoch. */
export function createCameras(clock: () => number = Date.now): Cameras {
  /** When the oldest outcome that is counted came, seconds since the epoch. */
  let countedSince = clock() / 1000;
  const connected = createLruMap<string, Camera>(MAX_CONNECTED, forgotten);
  const posting = createLruMap<string, Camera>(MAX_POSTING, forgotten);
  /** Those whose view may have changed. */
  const touched = new Set<string>();
  /** Forgotten since the last call, though they were sent before. */
  const lost = new Set<string>();
  /** When each was taken out, seconds since the epoch: outcomes of frames from before come later, and make no camera of it. */
  const removed = createLruMap<string, number>(MAX_CONNECTED);

  function one(id: string): Camera {
    let camera = connected.get(id) ?? posting.get(id);
    if (!camera) {
      camera = { topics: createTopicCounts(clock) };
      posting.set(id, camera);
    }
    touched.add(id);
    lost.delete(id);
    return camera;
  }

  function forgotten(id: string, { sent }: Camera): void {
    touched.delete(id);
    if (sent !== undefined) lost.add(id);
  }

  function view(camera_id: string, { source, last, topics }: Camera): CameraView {
    const { camera_id: _, ...state } = source ?? {};
    return {
      camera_id,
      ...(source && { source: state as CameraView['source'] }),
      source_silent: isSilent(source),
      ...(last && { last_frame: last.original_timestamp, last_outcome: last.outcome, last_reason: last.reason }),
      ...topics.view(),
      counted_since: countedSince,
    };
  }

  const isSilent = (source: CameraRecord | undefined) =>
    source !== undefined &&
    (source.state === 'online' || source.state === 'starting') &&
    clock() / 1000 - source.timestamp > SILENT_AFTER;

  function* all(): Generator<[string, Camera]> {
    yield* connected.entries();
    yield* posting.entries();
  }

  function forgetOld(): void {
    const before = clock() / 1000 - FORGET_AFTER;
    for (const [id, camera] of posting.entries()) {
      if (!camera.last || camera.last.timestamp > before) continue;
      posting.delete(id);
      forgotten(id, camera);
    }
  }

  /** A rate falls and a source falls silent though nothing comes. */
  function touchByTime(): void {
    for (const [id, { source, topics }] of all()) if (topics.isRunning || isSilent(source)) touched.add(id);
  }

  return {
    result(record) {
      countedSince = Math.min(countedSince, record.timestamp);
      if (record.original_timestamp <= (removed.peek(record.camera_id) ?? 0)) return;
      const camera = one(record.camera_id);
      camera.topics.add(record);
      camera.last = record;
    },
    camera(record) {
      const { camera_id: id } = record;
      const known = connected.peek(id) ?? posting.peek(id);
      if (record.state === 'removed') {
        removed.set(id, record.since);
        if (!known) return false;
        const { renamed_to } = record;
        if (renamed_to !== undefined) {
          const next = one(renamed_to);
          next.topics.absorb(known.topics);
          next.last ??= known.last;
        }
        connected.delete(id);
        posting.delete(id);
        forgotten(id, known);
        return true;
      }
      const camera = one(id);
      const isNews = camera.source?.state !== record.state || camera.source.since !== record.since;
      if (!camera.source) {
        posting.delete(id);
        connected.set(id, camera);
      }
      camera.source = record;
      return isNews;
    },
    views: () => [...all()].map(([id, camera]) => view(id, camera)),
    takeChanged() {
      forgetOld();
      touchByTime();
      const changed: CameraView[] = [];
      for (const id of touched) {
        const camera = connected.peek(id) ?? posting.peek(id);
        if (!camera) continue;
        const next = view(id, camera);
        const text = JSON.stringify(next);
        if (camera.sent !== text) changed.push(next);
        camera.sent = text;
      }
      touched.clear();
      const now = clock() / 1000;
      for (const camera_id of lost) {
        const source = { state: 'removed' as const, since: now, timestamp: now, restarts: 0 };
        changed.push({ camera_id, source, source_silent: false, rate: 0, outcomes: {}, counted_since: countedSince });
      }
      lost.clear();
      return changed;
    },
    clear() {
      for (const [id, camera] of all()) forgotten(id, camera);
      for (const map of [connected, posting, removed]) map.clear();
    },
  };
}
