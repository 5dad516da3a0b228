import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorBody, VIEWER_PROTOCOL, type ViewerMessage, viewerMessage } from '@framewire/contract';
import { HttpError, type HttpGuard, type Log } from '@framewire/runtime';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access } from './access.ts';
import type { Results } from './results.ts';
import type { Wire } from './wire.ts';

const PATH = '/ws/results';
/** A viewer has little to say, bytes. */
const MAX_MESSAGE = 128 * 1024;
/** How often a link is asked for a sign of life, and for how long it may give none before it is taken for dead, milliseconds. */
const PING_MS = 2_000;
const DEAD_MS = 15_000;
/** RFC 6455: the service is restarted. */
const RESTARTING = 1012;

/**
 * Takes WebSockets at `/ws/results`: those that ask for our subprotocol get pictures in binary messages and say what they watch;
 * all others get the first generation's JSON of every camera.
 */
export function acceptWebSockets(
  server: Server,
  deps: { results: Results; guard: HttpGuard; access: Access; maxViewers: number; log: Log },
): void {
  const { results, guard, access, maxViewers, log } = deps;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false, // JPEGs do not shrink, and a frame is made once for all
    maxPayload: MAX_MESSAGE,
    handleProtocols: (asked) => (asked.has(VIEWER_PROTOCOL) ? VIEWER_PROTOCOL : false),
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      guard.check(request);
      const { url = '/' } = request;
      if (new URL(url, 'http://here').pathname !== PATH)
        throw new HttpError(404, 'not_found', `WebSockets are at ${PATH}`);
      access.check({ url, headers: request.headers, socket: request.socket }, 'view', true);
      checkRoom(results, maxViewers);
      sockets.handleUpgrade(request, socket, head, (viewer) => join(viewer, socket));
    } catch (error) {
      refuse(socket, error as HttpError);
    }
  });

  /** @param raw what it goes over. */
  function join(socket: WebSocket, raw: Duplex): void {
    const ours = socket.protocol === VIEWER_PROTOCOL;
    const session = results.join(ours ? binaryWire(socket, raw) : seedWire(socket));
    socket.on('error', (error) => log.debug({ err: error }, 'a viewer was lost'));
    socket.on('close', session.leave);
    if (!ours) {
      session.watch('*');
      return;
    }
    socket.on('message', (data) => {
      const said = read(String(data));
      if (!said.success) {
        const error = `not understood: ${said.error.issues[0]?.message ?? 'no JSON'}`;
        return socket.send(JSON.stringify({ type: 'error', error, code: 'message' }));
      }
      const message: ViewerMessage = said.data;
      if (message.type === 'watch') session.watch(message.cameras, message.resume);
      if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong', sent: message.sent, now: Date.now() }));
      if (message.type === 'drawn') session.drawn(message.ages);
    });
  }
}

/** @throws HttpError 503 */
export function checkRoom(results: Results, maxViewers: number): void {
  if (results.viewers >= maxViewers) throw new HttpError(503, 'viewers', `there are ${maxViewers} viewers already`);
}

function binaryWire(socket: WebSocket, raw: Duplex): Wire {
  const unanswered = watchOver(socket);
  return {
    ...common(socket),
    protocol: 'websocket',
    get buffered() {
      return socket.bufferedAmount;
    },
    get unanswered() {
      return unanswered();
    },
    tell: (message) => socket.send(JSON.stringify(message)),
    // whole frames, and ws writes its own at once too: they cannot come between one another
    push(push, withPicture) {
      if (socket.readyState === socket.OPEN) raw.write(push.frame(withPicture));
    },
  };
}

function seedWire(socket: WebSocket): Wire {
  const unanswered = watchOver(socket);
  return {
    ...common(socket),
    protocol: 'seed',
    get buffered() {
      return socket.bufferedAmount;
    },
    get unanswered() {
      return unanswered();
    },
    tell() {},
    push(push, withPicture) {
      const text = withPicture ? push.seed() : undefined;
      if (text !== undefined) socket.send(text);
    },
  };
}

const common = (socket: WebSocket) => ({ close: (reason: string) => socket.close(RESTARTING, reason) });

/** Ends a link whose other end is gone without a word. Gives for how long it has owed an answer, milliseconds. */
function watchOver(socket: WebSocket): () => number {
  let askedAt: number | undefined;
  const unanswered = () => (askedAt === undefined ? 0 : Date.now() - askedAt);
  socket.on('pong', () => {
    askedAt = undefined;
  });
  const timer = setInterval(() => {
    if (unanswered() > DEAD_MS) return socket.terminate();
    if (askedAt !== undefined) return;
    askedAt = Date.now();
    socket.ping();
  }, PING_MS);
  socket.on('close', () => clearInterval(timer));
  return unanswered;
}

function read(text: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // undefined is no message either
  }
  return viewerMessage.safeParse(json);
}

/** Answers an upgrade as any other request is answered. */
function refuse(socket: Duplex, error: HttpError): void {
  const known = error instanceof HttpError;
  const status = known ? error.status : 400;
  const body: ErrorBody = { error: known ? error.message : 'no WebSocket', code: known ? error.code : 'upgrade' };
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
