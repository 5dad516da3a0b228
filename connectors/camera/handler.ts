import { CHANGED_BY, cameraRename, cameraTest } from '@framewire/contract';
import { HttpError, notFound, onError, opsRoutes, wantKey } from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { type Context, Hono, type Next } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { addressedSpec, parseAddress } from './address/address.ts';
import { masked } from './address/masked.ts';
import { type Media, NotAllowed } from './address/media.ts';

import type { AddressTest } from './api/address-test.ts';
import { parse, parseId, patched, replaced, unmaskedUrl } from './api/specs.ts';
import { type Cameras, DefinedInFile } from './cameras.ts';
import type { Camera } from './capture/camera.ts';
import { IdTaken, ListUnreadable } from './list/list.ts';
import { NotSaved } from './list/store.ts';

export interface HandlerDeps {
  cameras: Cameras;
  media: Pick<Media, 'check'>;
  test: AddressTest;
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
 * `GET /cameras`, `GET/PUT/PATCH/DELETE /cameras/<id>`, `POST /cameras/<id>/rename`, `POST /cameras/test`: a camera is its spec without
 * passwords and its state. 201 new, 200 there already, 204 removed, and then that is on disk; 400 with what is wrong, 401 without the
 * key, 404 no such camera, 409 the id is taken or a file defines it, 503 or 507 where the list cannot be read or written: then nothing
 * has changed.
 */
export function createApp({ cameras, media, test, key, problem, registry, log }: HandlerDeps): Hono {
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

  app.put('/cameras/:id', small, async (c) => {
    const id = parseId(c.req.param('id'));
    const body = await jsonOf(c, '{"url": "rtsp://..."}');
    const { camera, created } = await cameras.set(id, (before) => replaced(body, before), byOf(c)).catch(refuseChange);
    return c.json(show(camera), created ? 201 : 200);
  });

  app.patch('/cameras/:id', small, async (c) => {
    const id = parseId(c.req.param('id'));
    const body = await jsonOf(c, '{"fps": 5}');
    const { camera } = await cameras
      .set(
        id,
        (before) => {
          if (!before) throw noSuchCamera(id);
          return patched(body, before);
        },
        byOf(c),
      )
      .catch(refuseChange);
    return c.json(show(camera));
  });

  app.post('/cameras/:id/rename', small, async (c) => {
    const id = parseId(c.req.param('id'));
    const { to } = parse(cameraRename, await jsonOf(c, '{"to": "porch"}'), 'bad_spec');
    if (to === id) throw new HttpError(409, 'id_taken', 'that is its id already');
    const camera = await cameras.rename(id, to, byOf(c)).catch(refuseChange);
    if (!camera) throw noSuchCamera(id);
    return c.json(show(camera));
  });

  app.post('/cameras/test', small, async (c) => {
    const { url, camera_id } = parse(cameraTest, await jsonOf(c, '{"url": "rtsp://..."}'), 'bad_spec');
    const before = camera_id === undefined ? undefined : cameras.get(camera_id)?.spec;
    const spec = parse(addressedSpec, { url: unmaskedUrl(url, before) }, 'bad_spec');
    const address = parseAddress(spec.url);
    if (address.kind === 'file') await media.check(address.path).catch(refuseFile);
    const jpeg = await test.run(spec.url, c.req.raw.signal);
    return c.body(new Uint8Array(jpeg), 200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' });
  });

  app.delete('/cameras/:id', async (c) => {
    if (!(await cameras.remove(c.req.param('id'), byOf(c)).catch(refuseChange))) throw noSuchCamera(c.req.param('id'));
    return c.body(null, 204);
  });
  return app;
}

const small = bodyLimit({ maxSize: MAX_BODY, onError: tooLarge });

const show = ({ spec, record }: Camera) => ({ ...spec, ...record, url: masked(spec.url) });

/** Who wants a change: results-ws says so, and whoever else has the key is the API. */
const byOf = (c: Context): string =>
  (c.req.header(CHANGED_BY) ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 200)
    .trim() || 'the API';

const jsonOf = (c: Context, example: string): Promise<unknown> =>
  c.req.json().catch(() => {
    throw new HttpError(400, 'bad_spec', `the body is no JSON; send ${example}`);
  });

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
  if (error instanceof DefinedInFile) throw new HttpError(409, 'defined_in_file', error.message);
  if (error instanceof IdTaken) throw new HttpError(409, 'id_taken', error.message);
  if (error instanceof NotAllowed) refuseFile(error);
  throw error;
}

function refuseFile({ message }: Error): never {
  throw new HttpError(400, 'bad_spec', `url: ${message}`);
}

const noSuchCamera = (id: string) => new HttpError(404, 'no_such_camera', `there is no camera ${JSON.stringify(id)}`);
