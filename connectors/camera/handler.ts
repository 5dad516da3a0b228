import { cameraId } from '@framewire/contract';
import { HttpError, notFound, onError, opsRoutes, wantKey } from '@framewire/runtime/http';
import { describeIssues } from '@framewire/runtime/process';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { type Context, Hono, type Next } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { addressedSpec } from './address/address.ts';
import { withoutSecrets } from './address/secrets.ts';
import type { Cameras } from './cameras.ts';
import type { Camera } from './capture/camera.ts';
import { ListUnreadable } from './list/list.ts';
import { NotSaved } from './list/store.ts';

export interface HandlerDeps {
  cameras: Cameras;
  /** Wanted as a bearer token where set. */
  key: string | undefined;
  /** What is wrong with the broker. */
  problem(): string | undefined;
  registry: Registry;
  log: Log;
}

const MAX_BODY = 64 * 1024;
const tooLarge = () => {
  throw new HttpError(413, 'too_large', `a camera's spec is no larger than ${MAX_BODY} bytes`);
};

/**
 * `GET /cameras`, `GET/PUT/DELETE /cameras/<id>`: a camera is its spec without passwords and its state.
 * 201 new, 200 there already, 204 removed, and then that is on disk; 400 with what is wrong, 401 without the key, 404 no such camera,
 * 503 or 507 where the list cannot be read or written: then nothing has changed.
 */
export function createApp({ cameras, key, problem, registry, log }: HandlerDeps): Hono {
  const app = new Hono();
  app.onError(onError(log));
  app.notFound(notFound);
  app.route('/', opsRoutes({ registry, notReady: problem, remarks: () => remarks(cameras) }));
  for (const path of ['/cameras', '/cameras/*']) app.use(path, wantKey(key)).use(path, refuseParameters);

  app.get('/cameras', (c) => {
    const problem = cameras.problem();
    return c.json({ cameras: cameras.list().map(show), refused: cameras.refused(), ...(problem && { problem }) });
  });

  app.get('/cameras/:id', (c) => {
    const camera = cameras.get(c.req.param('id'));
    if (!camera) throw noSuchCamera(c.req.param('id'));
    return c.json(show(camera));
  });

  app.put('/cameras/:id', bodyLimit({ maxSize: MAX_BODY, onError: tooLarge }), async (c) => {
    const id = parse(cameraId, c.req.param('id'), 'bad_id');
    const body = await c.req.json().catch(() => {
      throw new HttpError(400, 'bad_spec', 'the body is no JSON; send {"url": "rtsp://..."}');
    });
    const spec = parse(addressedSpec, body, 'bad_spec');
    await cameras.check(spec).catch((error: Error) => {
      throw new HttpError(400, 'bad_spec', `url: ${error.message}`);
    });
    const { camera, created } = await cameras.put(id, spec).catch(refuseChange);
    return c.json(show(camera), created ? 201 : 200);
  });

  app.delete('/cameras/:id', async (c) => {
    if (!(await cameras.remove(c.req.param('id')).catch(refuseChange))) throw noSuchCamera(c.req.param('id'));
    return c.body(null, 204);
  });
  return app;
}

const show = ({ spec, record }: Camera) => ({ ...spec, ...record, url: withoutSecrets(spec.url) });

/** What a person should know of the list, a line each. */
const remarks = (cameras: Cameras): string[] => [
  ...[cameras.problem()].filter((problem) => problem !== undefined),
  ...cameras.refused().map(({ camera_id, reason }) => `camera ${JSON.stringify(camera_id)} is refused: ${reason}`),
];

async function refuseParameters(c: Context, next: Next): Promise<void> {
  const [name] = Object.keys(c.req.query());
  if (name !== undefined)
    throw new HttpError(400, 'unknown_parameter', `unknown parameter ${JSON.stringify(name)}: there are none here`);
  await next();
}

function refuseChange(error: Error): never {
  if (error instanceof NotSaved) throw new HttpError(error.full ? 507 : 503, 'not_saved', error.message);
  if (error instanceof ListUnreadable) throw new HttpError(503, 'list_unreadable', error.message);
  throw error;
}

const noSuchCamera = (id: string) => new HttpError(404, 'no_such_camera', `there is no camera ${JSON.stringify(id)}`);

function parse<S extends z.ZodType>(schema: S, value: unknown, code: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, code, describeIssues(parsed.error));
}
