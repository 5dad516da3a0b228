import {
  DEFAULT_TOPIC,
  type SightingAnswer,
  type SightingFilters,
  type SightingsAnswer,
  sightingId,
} from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import { Hono } from 'hono';
import { cropFile, pictureFile } from '../pictures/keys.ts';
import type { PictureStore } from '../pictures/picture-store.ts';
import type { Database } from '../store/database.ts';
import { findSighting, searchSightings, UNNAMED, writePlace } from '../store/search.ts';
import { type SightingRow, sightingOf } from '../store/sighting-row.ts';
import { exportSightings } from './export.ts';
import { answerPicture } from './pictures.ts';
import { FILTERS, readFilter, readPage, takes } from './query.ts';

const MAX_PAGE = 1_000;
const FRESH = { 'cache-control': 'no-store' };
/** Values that a filter offers at most. */
const MAX_VALUES = 500;

/** What is known of sightings, below `/api/sightings`. */
export function createSightingsApi({ database, store }: { database: Database; store: PictureStore }): Hono {
  const api = new Hono();
  api.get('/', takes(...FILTERS, 'limit', 'cursor'), async (c) => {
    const { sightings, next } = await searchSightings(database, { ...readFilter(c), ...readPage(c, 50, MAX_PAGE) });
    return c.json<SightingsAnswer>({ sightings, ...(next && { next: writePlace(next) }) }, 200, FRESH);
  });
  api.get('/filters', takes(), async (c) => c.json<SightingFilters>(await readFilters(database), 200, FRESH));
  api.get('/export', takes(...FILTERS, 'format'), (c) => exportSightings(c, database));
  api.get('/:id', takes(), async (c) =>
    c.json<SightingAnswer>({ sighting: sightingOf(await find(database, c.req.param('id'))) }, 200, FRESH),
  );
  for (const [path, fileOf] of [
    ['/:id/picture', pictureFile],
    ['/:id/crop', cropFile],
  ] as const)
    api.get(path, takes(), async (c) => {
      const { picture } = await find(database, c.req.param('id'));
      return answerPicture(c, store, picture, fileOf);
    });
  return api;
}

/** @throws HttpError 400, 404 */
export async function find(database: Database, text: string): Promise<SightingRow> {
  const id = sightingId.safeParse(text);
  if (!id.success) throw new HttpError(400, 'sighting', `${text}: ${id.error.issues[0]?.message}`);
  const row = await findSighting(database, id.data);
  if (!row) throw new HttpError(404, 'no_such_sighting', `${text}: unknown, or not kept any more`);
  return row;
}

async function readFilters(database: Database): Promise<SightingFilters> {
  const [cameras, labels, zones] = await Promise.all([
    distinct(database, 'sightings', 'camera_id'),
    distinct(database, 'sightings', 'label'),
    distinct(database, 'sighting_zones', 'zone'),
  ]);
  for (const { label, condition } of UNNAMED) {
    if (labels.includes(label)) continue;
    const [any] = await database.query(`SELECT id FROM sightings WHERE ${condition} LIMIT 1`, DEFAULT_TOPIC);
    if (any) labels.push(label);
  }
  return { cameras, labels: labels.sort(), zones };
}

/** Steps from value to value by the index: reading every row of 100,000 would take long. */
async function distinct(database: Database, table: string, column: string): Promise<string[]> {
  const values: string[] = [];
  while (values.length < MAX_VALUES) {
    const last = values.at(-1);
    const [row] = await database.query<{ value: string | null }>(
      `SELECT MIN(${column}) AS value FROM ${table} WHERE ${column} > ?`,
      last ?? '',
    );
    if (row?.value == null) break;
    values.push(row.value);
  }
  return values;
}
