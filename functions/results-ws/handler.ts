import { HttpError, type HttpGuard, type Log, notFound, onError, opsRoutes, type Registry } from '@framewire/runtime';
import { type Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { type Access, KEY_COOKIE } from './access.ts';
import { type ApiDeps, createApi } from './api.ts';
import { passToChaos } from './chaos.ts';
import { streamEvents } from './events.ts';
import { passToIngest } from './ingest.ts';
import type { StaticFile } from './static.ts';
import { checkRoom } from './websocket.ts';

export interface HandlerDeps extends ApiDeps {
  guard: HttpGuard;
  access: Access;
  /** The built dashboard. */
  files: ReadonlyMap<string, StaticFile>;
  ingest: { url?: string; key?: string };
  /** Of whoever can break parts on purpose. */
  chaosUrl?: string;
  maxViewers: number;
  /** What keeps outcomes from coming, in words. */
  problem(): string | undefined;
  registry: Registry;
  log: Log;
}

/** Nothing from elsewhere runs on our page; pictures are blobs. */
const POLICY =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

/**
 * The dashboard at `/`, what it asks for below `/api/`, server-sent events at `/api/events`. Every address is relative to the page, so
 * that it works below a gateway's `/function/results-ws/` too. WebSockets do not pass a Hono app: see `websocket.ts`.
 */
export function createApp(deps: HandlerDeps): Hono {
  const { results, access, files, ingest, maxViewers, registry, log } = deps;
  const app = new Hono();
  app.onError(onError(log));
  app.route('/', opsRoutes({ registry, notReady: deps.problem }));

  app.use('*', async function allow(c, next) {
    access.check({ url: c.req.url, headers: Object.fromEntries(c.req.raw.headers) });
    await next();
  });

  app.route('/api', createApi(deps));
  app.get('/api/events', (c) => {
    checkRoom(results, maxViewers);
    return streamEvents(c, results);
  });
  app.on(['GET', 'POST', 'DELETE'], '/api/chaos', (c) => passToChaos(c, deps.chaosUrl, deps.guard));
  app.post('/api/ingest', (c) => passToIngest(c, ingest.url, ingest.key));

  app.get('/ws/results', () => {
    throw new HttpError(400, 'upgrade', 'this address takes WebSockets; server-sent events are at api/events');
  });
  app.get('*', (c) => serveFile(c, files, access));
  app.notFound(notFound);
  return app;
}

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
