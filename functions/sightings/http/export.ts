import type { Sighting } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { Context } from 'hono';
import type { Database } from '../store/database.ts';
import { type Place, type SightingQuery, searchSightings } from '../store/search.ts';
import { writeCoco } from './coco.ts';
import { csvHead, csvLine } from './csv.ts';
import { readFilter } from './query.ts';

const PAGE = 500;
const FORMATS: Record<string, { type: string; write(pages: AsyncIterable<Sighting[]>): AsyncIterable<string> }> = {
  csv: { type: 'text/csv; charset=utf-8', write: writeCsv },
  jsonl: { type: 'application/jsonl; charset=utf-8', write: writeLines },
  coco: { type: 'application/json', write: writeCoco },
};

/** `GET /export?format=csv|jsonl|coco`: all that the filters match, written as it is read. @throws HttpError 400 */
export function exportSightings(c: Context, database: Database): Response {
  const { format = 'csv' } = c.req.query();
  const wanted = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (!wanted) throw new HttpError(400, 'format', `format=${format}: allowed: ${Object.keys(FORMATS).join(', ')}`);
  const texts = wanted.write(pagesOf(database, readFilter(c)))[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await texts.return?.();
    },
  });
  const name = `sightings.${format === 'coco' ? 'json' : format}`;
  return c.body(body, 200, {
    'content-type': wanted.type,
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  });
}

async function* pagesOf(database: Database, filter: Omit<SightingQuery, 'limit'>): AsyncIterable<Sighting[]> {
  let after: Place | undefined;
  do {
    const page = await searchSightings(database, { ...filter, limit: PAGE, after });
    yield page.sightings;
    after = page.next;
  } while (after);
}

async function* writeCsv(pages: AsyncIterable<Sighting[]>): AsyncIterable<string> {
  yield csvHead;
  for await (const page of pages) yield page.map(csvLine).join('');
}

async function* writeLines(pages: AsyncIterable<Sighting[]>): AsyncIterable<string> {
  for await (const page of pages) yield page.map((sighting) => `${JSON.stringify(sighting)}\n`).join('');
}
