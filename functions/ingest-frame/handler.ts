import { type IngestAnswer, readTraceparent } from '@framewire/contract';
import type { Backpressure, FramePublisher } from '@framewire/runtime/frames';
import { bodyOf, HttpError, notFound, onError, opsRoutes, type Uploads, wantKey } from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { type Context, Hono } from 'hono';
import { createMetrics } from './metrics.ts';
import { createIdempotencyCache } from './publish/idempotency.ts';
import { createSubmit } from './publish/submit.ts';
import { withJpeg } from './request/jpeg.ts';
import { readIdempotencyKey, readQuery } from './request/query.ts';

export interface HandlerDeps {
  /** By topic: the topics that have a detection queue. */
  publishers: ReadonlyMap<string, FramePublisher>;
  backpressure: Pick<Backpressure, 'admits'>;
  /** What is wrong with the broker. */
  problem(): string | undefined;
  /** Wanted as a bearer token where set. */
  key: string | undefined;
  /** How long a frame may wait for the broker and its confirm, milliseconds. */
  publishTimeoutMs: number;
  uploads: Uploads;
  /** Of a JPEG. */
  maxBytes: number;
  registry: Registry;
  log: Log;
}

type AppEnv = { Variables: { outcome?: string } };

/**
 * `POST /?camera=&topic=&captured_at=&deadline_ms=`: a JPEG, as the body or as the first file of a form. 202 with `IngestAnswer`
 * once the broker has confirmed that it is in the queue. Else `ErrorBody`: 400, 401, 404, 408, 409, 413, 415: the request is
 * wrong; 429 and 503, with Retry-After: send it again.
 */
export function createApp(deps: HandlerDeps): Hono<AppEnv> {
  const { publishers, backpressure, problem, key, publishTimeoutMs, uploads, maxBytes, registry, log } = deps;
  const topics = [...publishers.keys()];
  const metrics = createMetrics(registry, uploads);
  const submit = createSubmit({
    publishers,
    backpressure,
    idempotency: createIdempotencyCache(),
    timeoutMs: publishTimeoutMs,
  });
  const app = new Hono<AppEnv>();
  app.onError(onError(log));
  app.notFound(notFound);
  app.route('/', opsRoutes({ registry, notReady: problem }));

  app.use('/', async function measure(c, next) {
    const start = performance.now();
    await next();
    metrics.answered(outcomeOf(c), (performance.now() - start) / 1000);
  });

  app.post('/', wantKey(key), async (c) => {
    const { camera, topic, captured_at, deadline } = readQuery(c.req.queries(), topics);
    const idempotencyKey = readIdempotencyKey(c.req.header('idempotency-key'));
    const frame = { camera_id: camera, captured_at, deadline_ms: deadline, traceparent: readTrace(c) };
    const [type = '', coding = ''] = [c.req.header('content-type'), c.req.header('content-encoding')];
    const request = { body: bodyOf(c), type, coding };
    const { repeated, ...answer } = await withJpeg(request, { uploads, maxBytes }, async (jpeg) => {
      const accepted = await submit({ frame: { ...frame, jpeg }, topic, idempotencyKey });
      if (!accepted.repeated) metrics.published(jpeg.length);
      return accepted;
    });
    if (repeated) c.set('outcome', 'repeated');
    return c.json<IngestAnswer>(answer, 202);
  });

  app.all('/', () => {
    throw new HttpError(405, 'method', 'POST a JPEG here', { allow: 'POST' });
  });
  return app;
}

/** The caller's W3C trace context where it is one; else the frame begins a trace of its own. */
function readTrace(c: Context): string | undefined {
  const given = c.req.header('traceparent');
  return readTraceparent(given) && given;
}

/** The code of the error that was answered, or that the frame was taken. */
function outcomeOf(c: Context<AppEnv>): string {
  if (!c.error) return c.get('outcome') ?? 'accepted';
  return c.error instanceof HttpError ? c.error.code : 'internal';
}
