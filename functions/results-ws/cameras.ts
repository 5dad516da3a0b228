import { type CameraRecord, type CameraView, countShed, type ResultRecord } from '@framewire/contract';
import { createRate, type Rate } from './rate.ts';

/** A camera's connector gives a sign of life every 10 s; two may be lost, seconds. */
const SILENT_AFTER = 25;
/** A camera without a connector is forgotten when its last frame is so old, seconds. */
const FORGET_AFTER = 3600;

/** What is known of each camera: its last state and what became of its frames. */
export interface Cameras {
  result(record: ResultRecord): void;
  camera(record: CameraRecord): void;
  views(): CameraView[];
  /** Those whose view changed since the last call; one that is gone is told once more, as `removed`. */
  takeChanged(): CameraView[];
  clear(): void;
}

interface Camera {
  source?: CameraRecord;
  last?: ResultRecord;
  outcomes: Record<string, number>;
  rate: Rate;
}

/** @param countedSince seconds since the epoch. @param clock milliseconds since the epoch. */
export function createCameras(countedSince: () => number, clock: () => number = Date.now): Cameras {
  const cameras = new Map<string, Camera>();
  const told = new Map<string, string>();
  /** When each was taken out, seconds since the epoch: outcomes of frames from before come later, and make no camera of it. */
  const removed = new Map<string, number>();

  function one(id: string): Camera {
    let camera = cameras.get(id);
    if (!camera) {
      camera = { outcomes: {}, rate: createRate(clock) };
      cameras.set(id, camera);
    }
    return camera;
  }

  function view(camera_id: string, { source, last, outcomes, rate }: Camera): CameraView {
    const { camera_id: _, ...state } = source ?? {};
    return {
      camera_id,
      ...(source && { source: state as CameraView['source'] }),
      source_silent: isSilent(source),
      ...(last && { last_frame: last.original_timestamp, last_outcome: last.outcome, last_reason: last.reason }),
      rate: rate.perSecond(),
      outcomes: { ...outcomes },
      counted_since: countedSince(),
    };
  }

  const isSilent = (source: CameraRecord | undefined) =>
    source !== undefined &&
    (source.state === 'online' || source.state === 'starting') &&
    clock() / 1000 - source.timestamp > SILENT_AFTER;

  const views = () => [...cameras].map(([id, camera]) => view(id, camera));

  function forgetOld(): void {
    for (const [id, { source, last }] of cameras)
      if (!source && last && clock() / 1000 - last.timestamp > FORGET_AFTER) cameras.delete(id);
    for (const [id, since] of removed) if (clock() / 1000 - since > FORGET_AFTER) removed.delete(id);
  }

  return {
    result(record) {
      if (record.original_timestamp <= (removed.get(record.camera_id) ?? 0)) return;
      const camera = one(record.camera_id);
      const { outcomes } = camera;
      outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
      const shed = countShed(record.shed);
      if (shed > 0) outcomes.shed = (outcomes.shed ?? 0) + shed;
      if (record.outcome === 'detected') camera.rate.add(record.timestamp * 1000);
      camera.last = record;
    },
    camera(record) {
      if (record.state === 'removed') {
        cameras.delete(record.camera_id);
        removed.set(record.camera_id, record.since);
      } else one(record.camera_id).source = record;
    },
    views,
    takeChanged() {
      forgetOld();
      const now = clock() / 1000;
      const changed: CameraView[] = [];
      for (const next of views()) {
        const text = JSON.stringify(next);
        if (told.get(next.camera_id) !== text) changed.push(next);
        told.set(next.camera_id, text);
      }
      for (const camera_id of told.keys()) {
        if (cameras.has(camera_id)) continue;
        told.delete(camera_id);
        const source = { state: 'removed' as const, since: now, timestamp: now, restarts: 0 };
        changed.push({ camera_id, source, source_silent: false, rate: 0, outcomes: {}, counted_since: countedSince() });
      }
      return changed;
    },
    clear() {
      cameras.clear();
      removed.clear();
    },
  };
}
