import {
  cameraId,
  type camerasAnswer,
  type ErrorBody,
  type framesAnswer,
  type LedgerAnswer,
  type StatusAnswer,
  type WayAnswer,
} from '@framewire/contract';
import { HttpError, type Log, onError, opsRoutes, type Registry } from '@framewire/runtime';
import { type Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import type { z } from 'zod';
import { type Access, KEY_COOKIE } from './access.ts';
import { streamEvents } from './events.ts';
import { passToIngest } from './ingest.ts';
import type { Readings } from './readings.ts';
import type { Results } from './results.ts';
import type { StaticFile } from './static.ts';
import { checkRoom } from './websocket.ts';

export interface HandlerDeps {
  results: Results;
  readings: Readings;
  status(): StatusAnswer;
  access: Access;
  /** The built dashboard. */
  files: ReadonlyMap<string, StaticFile>;
  ingest: { url?: string; key?: string };
  maxViewers: number;
  /** What keeps outcomes from coming, in words. */
  problem(): string | undefined;
  registry: Registry;
  log: Log;
}

const MOST_FRAMES = 1_000;
/** Nothing from elsewhere runs on our page; pictures are blobs. */
const POLICY =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

/**
 * The dashboard at `/`, what it asks for below `/api/`, server-sent events at `/api/events`. Every address is relative to the page, so
 * that it works below a gateway's `/function/results-ws/` too. WebSockets do not pass a Hono app: see `websocket.ts`.
 */
export function createApp(deps: HandlerDeps): Hono {
  const { results, readings, access, files, ingest, maxViewers, registry, log } = deps;
  const app = new Hono();
  app.onError(onError(log));
  app.route('/', opsRoutes({ registry, notReady: deps.problem }));

  app.use('*', async function allow(c, next) {
    access.check({ url: c.req.url, headers: Object.fromEntries(c.req.raw.headers) });
    await next();
  });

  app.get('/api/metrics', async (c) => c.json(await readings.answer(), 200, FRESH));
  app.get('/api/cameras', (c) => c.json<z.infer<typeof camerasAnswer>>({ cameras: results.cameras() }, 200, FRESH));
  app.get('/api/ledger', (c) => c.json<LedgerAnswer>(results.ledger(), 200, FRESH));
  app.get('/api/way', (c) => c.json<WayAnswer>(results.way(), 200, FRESH));
  app.get('/api/status', (c) => c.json<StatusAnswer>(deps.status(), 200, FRESH));
  app.get('/api/frames', (c) => {
    const camera_id = readCamera(c.req.query('camera'));
    const frames = results.frames(readLimit(c.req.query('limit')), camera_id);
    return c.json<z.infer<typeof framesAnswer>>({ camera_id, frames }, 200, FRESH);
  });
  app.get('/api/events', (c) => {
    checkRoom(results, maxViewers);
    return streamEvents(c, results);
  });
  app.post('/api/ingest', (c) => passToIngest(c, ingest.url, ingest.key));

  app.get('/ws/results', () => {
    throw new HttpError(400, 'upgrade', 'this address takes WebSockets; server-sent events are at api/events');
  });
  app.get('*', (c) => serveFile(c, files, access));
  app.notFound((c) => c.json<ErrorBody>({ error: `there is nothing at ${c.req.path}`, code: 'not_found' }, 404));
  return app;
}

const FRESH = { 'cache-control': 'no-store' };

function serveFile(c: Context, files: HandlerDeps['files'], access: Access): Response | Promise<Response> {
  const path = c.req.path === '/' ? '/index.html' : c.req.path;
  const file = files.get(path);
  if (!file) {
    if (path === '/index.html') throw new HttpError(404, 'no_dashboard', 'the dashboard is not built: npm run build');
    return c.notFound();
  }
  const key = access.keyIn(c.req.url);
  if (key) {
    // kept for what the page asks for, and out of the address that a person sends on
    setCookie(c, KEY_COOKIE, key, { httpOnly: true, sameSite: 'Strict', maxAge: 30 * 24 * 3600, path: undefined });
    return c.redirect('./');
  }
  return c.body(file.body, 200, {
    'content-type': file.type,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
}

function readCamera(text: string | undefined): string | undefined {
  const camera = cameraId.optional().safeParse(text);
  if (!camera.success) throw new HttpError(400, 'camera', `camera=${text}: ${camera.error.issues[0]?.message}`);
  return camera.data;
}

function readLimit(text = '50'): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_FRAMES) return limit;
  throw new HttpError(400, 'limit', `limit=${text}: allowed: a whole number from 1 to ${MOST_FRAMES}`);
}
