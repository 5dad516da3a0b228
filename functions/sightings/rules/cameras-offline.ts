import type { CameraRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';
import type { OfflineCamera } from './events.ts';

/** The connector says something of each camera every 10 s. After so long without a word the camera counts as offline, seconds. */
const SILENT_S = 35;
const MAX_CAMERAS = 1_000;

interface Known {
  name?: string;
  /** Absent while frames come. */
  offline?: OfflineCamera;
  /** The last word of its connector, and when that came here, seconds since the epoch. */
  record: CameraRecord;
  heard: number;
}

/** Which cameras are offline, by what their connector says, or by its silence. */
export interface OfflineCameras {
  /** @returns what was over with this record. */
  record(record: CameraRecord, now: number): OfflineCamera | undefined;
  /** Those that are offline. @param now seconds since the epoch. */
  list(now: number): OfflineCamera[];
  /** The stream is read again: silence until now means nothing. */
  attached(now: number): void;
  nameOf(camera: string): string | undefined;
}

export function createOfflineCameras(): OfflineCameras {
  const cameras = createLruMap<string, Known>(MAX_CAMERAS);
  let attachedAt = 0;

  /** A camera that was paused, removed or has ended is not missed. */
  const isMissed = ({ state }: CameraRecord) => state === 'online' || state === 'starting' || state === 'offline';

  return {
    record(record, now) {
      const { camera_id, state, since, reason, settings } = record;
      const before = cameras.peek(camera_id);
      const name = settings?.name;
      // a camera that is tried again is still the same one that is offline
      const goesOn = state === 'starting' ? before?.offline : undefined;
      const offline =
        state === 'offline'
          ? { camera_id, ...(name && { name }), since: before?.offline?.since ?? since, ...(reason && { reason }) }
          : goesOn;
      cameras.set(camera_id, { ...(name && { name }), record, heard: now, ...(offline && { offline }) });
      return offline === undefined && state === 'online' ? before?.offline : undefined;
    },
    list(now) {
      return [...cameras.values()].flatMap((known) => {
        if (known.offline) return known.offline;
        const { record, heard, name } = known;
        const silent = now - Math.max(heard, attachedAt);
        if (silent < SILENT_S || !isMissed(record)) return [];
        known.offline = {
          camera_id: record.camera_id,
          ...(name && { name }),
          since: record.timestamp,
          reason: 'its connector says nothing of it',
        };
        return known.offline;
      });
    },
    attached(now) {
      attachedAt = now;
    },
    nameOf: (camera) => cameras.peek(camera)?.name,
  };
}
