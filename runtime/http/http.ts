import type { ErrorBody } from '@framewire/contract';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Registry } from 'prom-client';
import { isDraining } from '../process/lifecycle.ts';
import type { Log } from '../telemetry/log.ts';
import { HttpError } from './http-error.ts';

/** Renders what a handler throws as `ErrorBody`; the cause of a 500 goes to the log, not to the caller. */
export const onError = (log: Log) =>
  function renderError(error: Error, c: Context): Response {
    if (error instanceof HttpError)
      return c.json<ErrorBody>({ error: error.message, code: error.code }, error.status, error.headers);
    if (error instanceof HTTPException) return c.json<ErrorBody>({ error: error.message, code: 'http' }, error.status);
    log.error({ err: error, path: c.req.path }, 'a request failed');
    return c.json<ErrorBody>({ error: 'internal error; the log says more', code: 'internal' }, 500);
  };

/** What an address that a part does not have is answered. */
export const notFound = (c: Context): Response =>
  c.json<ErrorBody>({ error: `there is nothing at ${c.req.path}`, code: 'not_found' }, 404);

/**
 * `/healthz` (alive), `/readyz` (503 with the reason while not ready; else `ready` and what a person should know, a line each),
 * `/metrics`; the first two also under OpenFaaS's names.
 */
export function opsRoutes(options: {
  registry: Registry;
  notReady?: () => string | undefined;
  remarks?: () => string[];
}): Hono {
  const app = new Hono();
  const health = (c: Context) => c.text('ok\n');
  const ready = (c: Context) => {
    const reason = isDraining() ? 'it is ending' : options.notReady?.();
    if (reason) return c.text(`${reason}\n`, 503);
    return c.text(`${['ready', ...(options.remarks?.() ?? [])].join('\n')}\n`);
  };
  app.get('/healthz', health).get('/_/health', health);
  app.get('/readyz', ready).get('/_/ready', ready);
  app.get('/metrics', async (c) =>
    c.body(await options.registry.metrics(), 200, { 'content-type': options.registry.contentType }),
  );
  return app;
}
