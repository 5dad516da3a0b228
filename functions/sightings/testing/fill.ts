import { silentLog } from '@framewire/testkit';
import { migrate } from '../store/migrations.ts';
import { openDatabase } from '../store/open-database.ts';
import { TABLES } from '../store/tables.ts';
import { idOf } from './records.ts';

const ROWS_AT_ONCE = 50;
const BEST = JSON.stringify({
  frame_id: idOf('frame'),
  captured_at: 0,
  box: { x: 100, y: 100, w: 50, h: 50 },
  image: { width: 640, height: 480 },
});

/** For measurements: so many sightings of 20 cameras, one each 10 s until now, every fourth one in one of 5 zones. */
export async function fillSightings(where: { url: string } | { file: string }, count: number): Promise<void> {
  const database = openDatabase(where, silentLog);
  await migrate(database, 'sightings', TABLES);
  const start = Date.now() / 1000 - count * 10;
  for (let first = 0; first < count; first += 5_000)
    await database.transaction(async (tx) => {
      for (let n = first; n < Math.min(count, first + 5_000); n += ROWS_AT_ONCE) {
        const all = Array.from({ length: Math.min(ROWS_AT_ONCE, count - n) }, (_, i) => n + i);
        await tx.run(
          `INSERT INTO sightings
             (id, camera_id, topic, track_id, label, began, ended, last_seen, frames, best_score, zones, best, best_quality, bytes)
           VALUES ${all.map(() => "(?, ?, 'objects', ?, ?, ?, ?, ?, 40, 0.8, ?, ?, 0.2, 1024)").join(', ')}`,
          ...all.flatMap((k) => {
            const began = start + k * 10;
            const label = ['person', 'car', 'dog'][k % 3]!;
            const zones = k % 4 === 0 ? [`zone-${k % 5}`] : [];
            return [
              idOf(k),
              `camera-${k % 20}`,
              k + 1,
              label,
              began,
              began + 8,
              began + 8,
              JSON.stringify(zones),
              BEST,
            ];
          }),
        );
        const zoned = all.filter((k) => k % 4 === 0);
        await tx.run(
          `INSERT INTO sighting_zones (zone, began, id) VALUES ${zoned.map(() => '(?, ?, ?)').join(', ')}`,
          ...zoned.flatMap((k) => [`zone-${k % 5}`, start + k * 10, idOf(k)]),
        );
      }
    });
  // as it does by itself after a while
  await database.run('ANALYZE').catch(() => {});
  await database.close();
}
