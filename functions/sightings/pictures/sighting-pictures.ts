import { background, createLruMap } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import type { Database } from '../store/database.ts';
import type { SightingRow } from '../store/sighting-row.ts';
import type { Candidate } from '../tracks/apply-record.ts';
import { ROW_BYTES } from '../tracks/write-batch.ts';
import { cropTo } from './crop.ts';
import type { FrameBuffer } from './frame-buffer.ts';
import { cropFile, filesOf, pictureFile, sightingKey } from './keys.ts';
import type { PictureStore } from './picture-store.ts';

/** Sightings whose picture waits to be written. Of more than these the oldest go without. */
const MAX_WAITING = 100;
/** What a picture that is not sharp counts. */
const BLURRED = 0.5;

interface Waiting extends Candidate {
  jpeg: Uint8Array;
}

/** The pictures of sightings: each that of its best frame so far, replaced a few times at most. */
export interface SightingPictures {
  offer(candidates: Iterable<Candidate>): void;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
}

export function createSightingPictures(options: {
  database: Database;
  store: PictureStore;
  buffer: FrameBuffer;
  /** So many bytes more are kept. */
  onBytes(more: number): void;
  metrics: Metrics;
  log: Log;
}): SightingPictures {
  const { database, store, buffer, onBytes, metrics, log } = options;
  const count = (result: string) => metrics.pictures.inc({ kind: 'sighting', result });
  const waiting = createLruMap<string, Waiting>(MAX_WAITING, () => count('skipped'));
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (;;) {
      const [next] = waiting.entries();
      if (!next) return;
      waiting.delete(next[0]);
      try {
        count(await keep(next[1]));
      } catch (error) {
        count('failed');
        log.warn({ err: error, sighting: next[0] }, 'the picture of a sighting could not be kept');
      }
    }
  }

  async function keep({ sighting_id, best, jpeg, quality: seen }: Waiting): Promise<'kept' | 'skipped'> {
    const crop = await cropTo(jpeg, best.box);
    const quality = crop.isSharp ? seen : seen * BLURRED;
    const [row] = await database.query<SightingRow>('SELECT * FROM sightings WHERE id = ?', sighting_id);
    if (!row || (row.picture !== null && quality <= row.best_quality)) return 'skipped';
    const key = sightingKey(row.began, sighting_id, best.frame_id);
    if (row.picture === key) return 'skipped';
    // the files first: a row never names a picture that is not whole
    await store.put(pictureFile(key), jpeg);
    await store.put(cropFile(key), crop.jpeg);
    const bytes = ROW_BYTES + jpeg.length + crop.jpeg.length;
    const changed = await database.run(
      `UPDATE sightings SET picture = ?, picture_frame = ?, pictures = pictures + 1, best = ?, best_quality = ?, bytes = ?
       WHERE id = ? AND (picture IS NULL OR (best_quality < ? AND picture <> ?))`,
      key,
      best.frame_id,
      JSON.stringify(best),
      quality,
      bytes,
      sighting_id,
      quality,
      key,
    );
    if (changed === 0) {
      await store.delete(filesOf(key));
      return 'skipped';
    }
    onBytes(bytes - row.bytes);
    if (row.picture !== null) await store.delete(filesOf(row.picture));
    return 'kept';
  }

  return {
    offer(candidates) {
      for (const candidate of candidates) {
        const jpeg = buffer.get(candidate.best.frame_id);
        if (!jpeg || (waiting.peek(candidate.sighting_id)?.quality ?? 0) >= candidate.quality) continue;
        waiting.set(candidate.sighting_id, { ...candidate, jpeg });
      }
      if (working || waiting.size === 0) return;
      working = work().finally(() => {
        working = undefined;
      });
      background(working, log, 'keeping pictures of sightings');
    },
    async settled() {
      while (working !== undefined) await working;
    },
  };
}
