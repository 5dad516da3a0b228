import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import {
  createGuardedServer,
  createHttpGuard,
  createUploads,
  HttpError,
  type HttpGuard,
  nodeBody,
} from '@framewire/runtime/http';
import { background } from '@framewire/runtime/process';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import type { Hono } from 'hono';
import type { SecretStore } from './api/secret-store.ts';
import { createSystem } from './api/system.ts';
import type { FunctionProvider } from './faas-provider.ts';
import { createMetrics } from './metrics.ts';
import { createProxy } from './proxy.ts';

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
  const answer = createAnswer(createSystem({ ...options, metrics, ending }), log);
  const { guard = createHttpGuard({ host: '127.0.0.1' }), upstreamTimeoutMs } = options;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/function/')) proxy.handle(request, response);
    else answer(request, response);
  };
  // who sends too slowly is told so by the proxy
  const server = createGuardedServer(guard, listener, { requestMs: upstreamTimeoutMs + SPARE_MS });
  server.on('close', () => proxy.close());
  return server;
}

/** From the end of an invocation's time until its caller has the answer, milliseconds. */
const SPARE_MS = 5_000;
/** The largest body of a call to `/system/...`, and of all together, bytes. */
const MAX_BODY = 1_000_000;
const MAX_BODIES = 8 * MAX_BODY;
/** From the head of a call to the end of its body, milliseconds. */
const BODY_MS = 10_000;
/** What comes after a refusal is let run off for so long, so that the caller gets the answer instead of a broken pipe, milliseconds. */
const LINGER_MS = 500;

/** Lets a Hono app answer requests of Node's: small bodies in, streams out. */
function createAnswer(app: Hono, log: Log): (request: IncomingMessage, response: ServerResponse) => void {
  const uploads = createUploads({ maxBytes: MAX_BODIES, timeoutMs: BODY_MS });
  return (request, response) => {
    const answered = uploads.admit(nodeBody(request, response), MAX_BODY, async (upload) =>
      pass(app, request, response, await upload.read()),
    );
    const refused = answered.catch((error) => {
      if (error instanceof HttpError && !response.headersSent) refuse(request, response, error);
      else response.destroy();
    });
    background(refused, log, 'answer a call of the API');
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, message, headers }: HttpError): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...headers });
  response.end(`${message}\n`);
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer));
}

async function pass(
  app: Hono,
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const result = await app.fetch(
    new Request(new URL(request.url ?? '/', 'http://gateway'), {
      method: request.method,
      headers,
      body: body.length > 0 ? body : undefined,
      signal: leaving.signal,
    }),
  );
  response.writeHead(result.status, Object.fromEntries(result.headers));
  response.flushHeaders();
  if (result.body) await pipeline(Readable.fromWeb(result.body as ReadableStream), response);
  else response.end();
}
