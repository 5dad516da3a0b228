import { CHANGED_BY } from '@framewire/contract';
import { guardedRequest, HttpError, type HttpGuard, notFound, onError, opsRoutes } from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { type ApiDeps, createApi } from './http/api.ts';
import { createPagePolicy, type PagePolicy } from './http/page-policy.ts';
import { pathBehind } from './http/proxy.ts';
import { takes } from './http/query.ts';
import { removeCamera } from './http/remove-camera.ts';
import { type Access, accessRequest } from './http/sign-in/access.ts';
import { createSignIn } from './http/sign-in/sign-in.ts';
import type { StaticFile } from './http/static.ts';
import { ownPagesOnly, type Upstreams } from './http/upstreams.ts';
import { streamEvents } from './viewers/sse.ts';
import { checkRoom } from './viewers/websocket/websocket.ts';

export interface HandlerDeps extends ApiDeps {
  guard: HttpGuard;
  access: Access;
  /** Other origins whose pages may frame the dashboard. */
  embeddedBy: string[];
  /** The built dashboard. */
  files: ReadonlyMap<string, StaticFile>;
  upstreams: Upstreams;
  maxViewers: number;
  /** What keeps outcomes from coming. */
  problem(): string | undefined;
  registry: Registry;
  log: Log;
}

/** Where a browser can send no header with its key: there it may stand in the address. */
const KEY_IN_ADDRESS = ['/ws/results', '/api/events'];

/**
 * The dashboard at `/`, what it asks for below `/api/`, server-sent events at `/api/events`. Every address is relative to the page, so
 * that it works below a gateway's `/function/results-ws/` too. WebSockets do not pass a Hono app: see `viewers/websocket/`.
 */
export function createApp(deps: HandlerDeps): Hono {
  const { results, guard, access, files, upstreams, maxViewers, registry, log } = deps;
  const app = new Hono();
  app.onError(onError(log));
  app.route('/', opsRoutes({ registry, notReady: deps.problem }));

  const policy = createPagePolicy(guard, deps.embeddedBy);
  const signIn = createSignIn({ access, guard, policy });
  app.route('/', signIn.routes);
  app.on('GET', ['/', '/index.html'], compress(), etag(), (c) => signIn.before(c) ?? serveFile(c, files, policy));

  app.use('*', async function wantRole(c, next) {
    const { method, path } = c.req;
    const needs = method === 'GET' || method === 'HEAD' ? 'view' : 'write';
    access.check(accessRequest(c), needs, KEY_IN_ADDRESS.includes(path));
    await next();
  });

  const byOf = (c: Context) => access.describe(accessRequest(c));
  app.route('/api', createApi(deps));
  app.get('/api/events', takes('cameras', 'topics', 'resume', 'key'), (c) => {
    checkRoom(results.hub, maxViewers);
    return streamEvents(c, results.hub, log);
  });
  const mayInject = ownPagesOnly(guard, 'inject faults here');
  app.on(['GET', 'POST', 'DELETE'], '/api/faults', takes(), mayInject, (c) => upstreams.faults(c));
  app.post('/api/ingest', (c) => upstreams.ingest(c));
  app.use('/api/cameras/*', async function wantWriter(c, next) {
    // what a camera is set to, its user too, is for whoever may change it
    if (c.req.path !== '/api/cameras') access.check(accessRequest(c), 'write');
    await next();
  });
  app.delete('/api/cameras/:id', takes(), (c) => removeCamera(c, upstreams.cameras, results.dismiss, byOf(c)));
  app.all('/api/cameras/*', (c) => upstreams.cameras(c, pathBehind(c, '/api'), { [CHANGED_BY]: byOf(c) }));

  const mayNotify = ownPagesOnly(guard, 'change rules here');
  for (const path of ['/api/rules', '/api/rules/*', '/api/deliveries', '/api/deliveries/*'])
    app.all(path, mayNotify, (c) => upstreams.sightings(c, pathBehind(c, '')));
  app.on('GET', ['/api/sightings', '/api/sightings/*', '/api/frames/:id/picture'], (c) =>
    upstreams.sightings(c, pathBehind(c, '')),
  );

  app.all('/api/*', notFound);

  app.get('/ws/results', () => {
    throw new HttpError(400, 'upgrade', 'this address takes WebSockets; server-sent events are at api/events');
  });
  app.get('*', compress(), etag(), (c) => serveFile(c, files, policy));
  app.notFound(notFound);
  return app;
}

function serveFile(c: Context, files: HandlerDeps['files'], policy: PagePolicy): Response | Promise<Response> {
  const path = c.req.path === '/' ? '/index.html' : c.req.path;
  const file = files.get(path);
  if (!file) {
    if (path === '/index.html') throw new HttpError(404, 'no_dashboard', 'the dashboard is not built: npm run build');
    return c.notFound();
  }
  return c.body(file.body, 200, {
    'content-type': file.type,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...policy.dashboard(guardedRequest(c), file.scripts),
  });
}
