import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createGuardedServer, createHttpGuard, type HttpGuard, type Log, type Registry } from '@framewire/runtime';
import type { Hono } from 'hono';
import { createMetrics } from './metrics.ts';
import { createProxy } from './proxy.ts';
import type { SecretStore } from './secret-store.ts';
import type { FunctionProvider } from './status.ts';
import { createSystem } from './system.ts';

export interface GatewayOptions {
  provider: FunctionProvider;
  secrets: SecretStore;
  username: string;
  password: string;
  /** Bounds every invocation, and a log that is followed, milliseconds; OpenFaaS's `upstream_timeout`. */
  upstreamTimeoutMs: number;
  /** Ends what has no end of its own, streams of events and logs that are followed, so that the server can close. */
  ending?: AbortSignal;
  /** By itself that of a server on loopback. */
  guard?: HttpGuard;
  registry: Registry;
  log: Log;
}

/**
 * The part of the OpenFaaS gateway that the system uses, for one machine: invocations to replicas on loopback, `/system/...` behind basic
 * auth. Not listening yet.
 */
export function createGateway(options: GatewayOptions): Server {
  const { provider, registry, log, ending = new AbortController().signal } = options;
  const metrics = createMetrics(registry, provider);
  const proxy = createProxy({ provider, metrics, timeoutMs: options.upstreamTimeoutMs, ending, log });
  const system = createSystem({ ...options, metrics, ending });
  const { guard = createHttpGuard({ host: '127.0.0.1' }), upstreamTimeoutMs } = options;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/function/')) proxy.handle(request, response);
    else answer(system, request, response).catch(() => response.destroy());
  };
  // who sends too slowly is told so by the proxy
  const server = createGuardedServer(guard, listener, { requestMs: upstreamTimeoutMs + SPARE_MS });
  server.on('close', () => proxy.close());
  return server;
}

/** From the end of an invocation's time until its caller has the answer, milliseconds. */
const SPARE_MS = 5_000;
/** The largest body of a call to `/system/...`, bytes. */
const MAX_BODY = 1_000_000;

/** Lets a Hono app answer a request of Node's: small bodies in, streams out. */
async function answer(app: Hono, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= MAX_BODY) chunks.push(chunk as Buffer);
  }
  if (size > MAX_BODY) {
    response.writeHead(413).end('the body is too large\n');
    return;
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const result = await app.fetch(
    new Request(new URL(request.url ?? '/', 'http://gateway'), {
      method: request.method,
      headers,
      body: size > 0 ? Buffer.concat(chunks) : undefined,
      signal: leaving.signal,
    }),
  );
  response.writeHead(result.status, Object.fromEntries(result.headers));
  response.flushHeaders();
  if (result.body) await pipeline(Readable.fromWeb(result.body as ReadableStream), response);
  else response.end();
}
