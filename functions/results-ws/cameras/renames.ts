import type { CameraRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';

/** Cameras whose former ids are known. */
const MAX_CAMERAS = 5_000;

type Framed = { camera_id: string; original_timestamp: number };

/** Which cameras have another id now: what is known of the old id is the new one's too, up to the moment of the change. */
export interface Renames {
  /** @returns what was renamed by this record, where that is news. */
  camera(record: CameraRecord): { from: string; to: string } | undefined;
  /** The id of now of the camera that sent this. */
  currentOf(frame: Framed): string;
  /** Says whether a frame is of the camera that has this id now. */
  isOf(camera_id: string): (frame: Framed) => boolean;
  clear(): void;
}

export function createRenames(): Renames {
  /** By the old id. */
  const renamed = createLruMap<string, { to: string; until: number }>(MAX_CAMERAS);
  const formerly = createLruMap<string, NonNullable<CameraRecord['formerly']>>(MAX_CAMERAS);

  const isOf = (camera_id: string) => {
    const ids = formerly.peek(camera_id) ?? [];
    return (frame: Framed) =>
      frame.camera_id === camera_id ||
      ids.some((one) => one.camera_id === frame.camera_id && frame.original_timestamp <= one.until);
  };

  return {
    isOf,
    camera(record) {
      const { camera_id, state, renamed_to, since } = record;
      if (record.formerly) formerly.set(camera_id, record.formerly);
      else if (state !== 'removed') formerly.delete(camera_id);
      if (state !== 'removed' || renamed_to === undefined) return undefined;
      const isNews = renamed.peek(camera_id)?.until !== since;
      renamed.set(camera_id, { to: renamed_to, until: since });
      return isNews ? { from: camera_id, to: renamed_to } : undefined;
    },
    currentOf(frame) {
      const { original_timestamp } = frame;
      let { camera_id } = frame;
      // a camera may have been renamed more than once; each step is later than the one before
      for (let after = Number.NEGATIVE_INFINITY; ; ) {
        const next = renamed.peek(camera_id);
        if (!next || original_timestamp > next.until || next.until <= after) return camera_id;
        after = next.until;
        camera_id = next.to;
      }
    },
    clear() {
      for (const map of [renamed, formerly]) map.clear();
    },
  };
}
