import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createGuardedServer, createHttpGuard, type HttpGuard } from '@framewire/runtime/http';
import { background } from '@framewire/runtime/process';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { getRequestListener } from '@hono/node-server';
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
  const system = createSystem({ ...options, metrics, ending });
  // an HTTP/1.0 request names no host
  const answer = getRequestListener(system.fetch, { hostname: 'gateway' });
  const { guard = createHttpGuard({ host: '127.0.0.1' }), upstreamTimeoutMs } = options;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/function/')) proxy.handle(request, response);
    else background(answer(request, response), log, 'answer a call of the API');
  };
  // the proxy answers a caller that sends too slowly
  const server = createGuardedServer(guard, listener, { requestMs: upstreamTimeoutMs + SPARE_MS });
  server.on('close', () => proxy.close());
  return server;
}

/** From the end of an invocation's time until its caller has the answer, milliseconds. */
const SPARE_MS = 5_000;
