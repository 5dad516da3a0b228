import { DEFAULT_TOPIC, type Sighting, sightingLabel } from '@framewire/contract';
import type { Database, Value } from './database.ts';
import { type SightingRow, sightingOf } from './sighting-row.ts';

export interface SightingQuery {
  camera?: string;
  label?: string;
  zone?: string;
  /** When it began, seconds since the epoch, both included. */
  from?: number;
  to?: number;
  limit: number;
  /** Only what comes after this place. */
  after?: Place;
}

/** The place of a sighting in the order of their beginning. */
export interface Place {
  began: number;
  id: string;
}

/** What a detector with one class sees has no label of its own, and one by its topic all the same: how it is found. */
export const UNNAMED: { label: string; condition: string }[] = [
  { label: sightingLabel({ topic: DEFAULT_TOPIC }), condition: 'label IS NULL AND topic = ?' },
  { label: sightingLabel({ topic: `not ${DEFAULT_TOPIC}` }), condition: 'label IS NULL AND topic <> ?' },
];

/** The newest first, and the place after which the next page begins, where there is more. */
export async function searchSightings(
  database: Database,
  query: SightingQuery,
): Promise<{ sightings: Sighting[]; next?: Place }> {
  const { label, limit } = query;
  const conditions: [condition?: string, value?: Value][] = label === undefined ? [[]] : [['label = ?', label]];
  for (const unnamed of UNNAMED) if (unnamed.label === label) conditions.push([unnamed.condition, DEFAULT_TOPIC]);
  // one after the other: each by its index, which both together could not be
  const rows: SightingRow[] = [];
  for (const [condition, value] of conditions) rows.push(...(await search(database, query, condition, value)));
  if (conditions.length > 1) rows.sort((a, b) => b.began - a.began || (a.id < b.id ? 1 : -1));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    sightings: page.map(sightingOf),
    ...(rows.length > limit && last && { next: { began: last.began, id: last.id } }),
  };
}

/** One more than a page. @param condition with its value, on columns of sightings. */
function search(database: Database, query: SightingQuery, condition?: string, value?: Value): Promise<SightingRow[]> {
  const { camera, zone, from, to, limit, after } = query;
  const where: string[] = [];
  const values: Value[] = [];
  const want = (condition: string, ...of: Value[]) => {
    where.push(condition);
    values.push(...of);
  };
  // a zone has an index of its own by time
  const of = zone === undefined ? 's' : 'z';
  if (zone !== undefined) want('z.zone = ?', zone);
  if (camera !== undefined) want('s.camera_id = ?', camera);
  if (condition !== undefined && value !== undefined) want(condition, value);
  if (from !== undefined) want(`${of}.began >= ?`, from);
  if (to !== undefined) want(`${of}.began <= ?`, to);
  if (after) want(`(${of}.began, ${of}.id) < (?, ?)`, after.began, after.id);
  const source = zone === undefined ? 'sightings s' : 'sighting_zones z JOIN sightings s ON s.id = z.id';
  return database.query<SightingRow>(
    `SELECT s.* FROM ${source} ${where.length ? `WHERE ${where.join(' AND ')}` : ''}
     ORDER BY ${of}.began DESC, ${of}.id DESC LIMIT ?`,
    ...values,
    limit + 1,
  );
}

export async function findSighting(database: Database, id: string): Promise<SightingRow | undefined> {
  const [row] = await database.query<SightingRow>('SELECT * FROM sightings WHERE id = ?', id);
  return row;
}

/** The places of a page in an address. */
export const writePlace = ({ began, id }: Place): string => `${began}_${id}`;

/** Undefined for a text that is none. */
export function readPlace(text: string): Place | undefined {
  const [, began, id] = /^(\d+(?:\.\d+)?)_([0-9a-f-]{36})$/.exec(text) ?? [];
  return id === undefined ? undefined : { began: Number(began), id };
}
