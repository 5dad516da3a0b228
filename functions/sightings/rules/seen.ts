import { type Sighting, sightingLabel } from '@framewire/contract';
import type { Seen } from '../deliveries/mqtt/mirror.ts';
import type { Database, Sql } from '../store/database.ts';

/** Classes of cameras that are published to MQTT at most. */
const MAX_SEEN = 1_000;

/** Notes that such a thing was seen at that camera: from then on its count is published, also while it is 0. */
export async function noteSeen(tx: Sql, sighting: Sighting): Promise<void> {
  const { camera_id } = sighting;
  await tx.run(
    `INSERT INTO seen_labels (camera_id, label) SELECT ?, ? WHERE (SELECT COUNT(*) FROM seen_labels) < ${MAX_SEEN}
     ON CONFLICT (camera_id, label) DO NOTHING`,
    camera_id,
    sightingLabel(sighting),
  );
}

/** Every class that was seen at a camera, and how many of it are seen now. */
export async function readSeen(database: Database): Promise<Seen[]> {
  const known = await database.query<{ camera_id: string; label: string }>('SELECT camera_id, label FROM seen_labels');
  const open = await database.query<{ camera_id: string; topic: string; label: string | null; count: number }>(
    'SELECT camera_id, topic, label, COUNT(*) AS count FROM sightings WHERE ended IS NULL GROUP BY camera_id, topic, label',
  );
  return known.map(({ camera_id, label }) => {
    const same = open.filter(
      (one) =>
        one.camera_id === camera_id && sightingLabel({ label: one.label ?? undefined, topic: one.topic }) === label,
    );
    return { camera_id, label, count: same.reduce((sum, { count }) => sum + count, 0) };
  });
}
