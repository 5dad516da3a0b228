import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { ErrorBody } from '@framewire/contract';
import { type ServerType, serve as serveNode } from '@hono/node-server';
import type { Hono } from 'hono';
import { backgroundFailures } from '../process/background.ts';
import { sendToParent } from '../process/parent.ts';
import type { HttpError } from './http-error.ts';
import { createHttpGuard, type HttpGuard } from './http-guard.ts';

/** Limits of a server for one peer. Beyond them it closes the connection. */
export interface ServerLimits {
  /** For the head of a request, also before its first byte, milliseconds. */
  headersMs?: number;
  /** For a request as a whole, body included, milliseconds. */
  requestMs?: number;
  /** Connections at once; one more is closed at once. */
  connections?: number;
}

const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const CONNECTIONS = 4_096;
/** A head that is larger is answered 431, bytes. */
const MAX_HEAD = 16 * 1024;

/**
 * A Node server behind the guard, with limits to what a peer may take of it. Every listener of this system is one. WebSockets do not
 * pass the listener: whoever takes upgrades asks the guard itself.
 */
export function createGuardedServer(
  guard: HttpGuard,
  listener: RequestListener,
  { headersMs = HEADERS_MS, requestMs = REQUEST_MS, connections = CONNECTIONS }: ServerLimits = {},
): Server {
  const options: ServerOptions = {
    maxHeaderSize: MAX_HEAD,
    headersTimeout: Math.min(headersMs, requestMs),
    requestTimeout: requestMs,
    // how late the two may be noticed
    connectionsCheckingInterval: Math.max(50, Math.min(2_000, headersMs / 5)),
  };
  const server = createServer(options, (request, response) => {
    response.on('error', ignore); // written to after its caller had disconnected
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (passesGuard(guard, request, response)) listener(request, response);
  });
  server.maxConnections = connections;
  // a connection that could not be accepted, as without a free descriptor: the next one may be
  server.on('error', () => server.listening && backgroundFailures.inc({ task: 'accepting a connection' }));
  return server;
}

const ignore = () => {};

/** False where the guard refused it: then it is answered. */
export function passesGuard(guard: HttpGuard, request: IncomingMessage, response: ServerResponse): boolean {
  try {
    guard.check(request);
    return true;
  } catch (error) {
    refuse(request, response, error as HttpError);
    return false;
  }
}

/** What was not read of the request is let run off, so that the caller gets the answer instead of a broken pipe. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, message, code }: HttpError): void {
  request.resume();
  const body: ErrorBody = { error: message, code };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export interface ListenOptions {
  host: string;
  port: number;
  /** By itself that of a server on `host` without further names and origins. */
  guard?: HttpGuard;
  limits?: ServerLimits;
  /** Takes each request first, and may leave it to the app. */
  direct?(request: IncomingMessage, response: ServerResponse, next: () => void): void;
}

export interface Listening {
  port: number;
  server: Server;
  /** Takes no new connection, lets requests under way finish, then resolves. */
  close(): Promise<void>;
}

/**
 * Serves an app. If a parent forked this process, sends it the port (`{ listening: port }`), so that port 0 can be used.
 * @throws Error that names address and port when they are taken.
 */
export function listen(app: { fetch: Hono['fetch'] }, options: ListenOptions): Promise<Listening> {
  const { host, port, limits, direct, guard = createHttpGuard({ host }) } = options;
  const guarded = (_: unknown, app: RequestListener) =>
    createGuardedServer(guard, direct ? (rq, rs) => direct(rq, rs, () => app(rq, rs)) : app, limits);
  return new Promise((resolve, reject) => {
    const server = serveNode(
      { fetch: app.fetch, hostname: host, port, createServer: guarded as typeof createServer },
      (info) => {
        sendToParent({ listening: info.port });
        resolve({ port: info.port, server: server as Server, close: () => close(server) });
      },
    );
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`port ${port} on ${host} is taken by another program`) : error);
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
