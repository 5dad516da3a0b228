import type { Server } from 'node:http';
import type { ErrorBody } from '@framewire/contract';
import { type ServerType, serve as serveNode } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Registry } from 'prom-client';
import type { Log } from './log.ts';

/** An answer that is not a 2xx: a status, words for a person and a word for programs. Thrown anywhere in a handler. */
export class HttpError extends HTTPException {
  constructor(
    status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504,
    readonly code: string,
    words: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(status, { message: words });
  }
}

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
    const reason = options.notReady?.();
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

export interface Listening {
  port: number;
  server: Server;
  /** Takes no new connection, lets requests under way finish, then resolves. */
  close(): Promise<void>;
}

/**
 * Serves an app. A parent that forked this process is told the port (`{ listening: port }`), so that port 0 can be used.
 * @throws Error that names address and port when they are taken.
 */
export function listen(app: { fetch: Hono['fetch'] }, options: { host: string; port: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serveNode({ fetch: app.fetch, hostname: options.host, port: options.port }, (info) => {
      process.send?.({ listening: info.port });
      resolve({ port: info.port, server: server as Server, close: () => close(server) });
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`port ${options.port} on ${options.host} is taken by another program`) : error);
    });
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    const http = server as Server;
    // a keep-alive connection that falls idle while we wait would hold the server open
    const sweep = setInterval(() => http.closeIdleConnections(), 100);
    http.once('close', () => clearInterval(sweep));
    http.closeIdleConnections();
  });
}
