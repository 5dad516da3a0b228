import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { DEFAULT_TOPIC, type ErrorBody, VIEWER_PROTOCOL, viewerMessage } from '@framewire/contract';
import { HttpError, type HttpGuard } from '@framewire/runtime/http';
import { guarded } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUnknownIn } from '../../http/query.ts';
import type { Access } from '../../http/sign-in/access.ts';
import type { Hub, Session } from '../hub.ts';
import { CLOSE_TIMEOUT_MS, GOODBYE } from '../transport.ts';
import { binaryConnection, expel, legacyConnection, watchOver } from './connections.ts';
import { createIntake } from './intake.ts';

const PATH = '/ws/results';
/** A viewer has little to say: bytes, and the pieces that they may come in. Beyond them ws itself ends it. */
const LIMITS = {
  maxPayload: 128 * 1024,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  closeTimeout: CLOSE_TIMEOUT_MS,
};
/** With more than this unsent a viewer's pings are not answered, bytes. */
const ANSWERS_BELOW = 256 * 1024;

/**
 * Takes WebSockets at `/ws/results`: those that ask for our subprotocol get frames in binary messages and say what they watch;
 * all others get the legacy JSON of every camera. A viewer that says more than `intake.ts` allows is ended (1008).
 */
export function acceptWebSockets(
  server: Server,
  deps: { hub: Hub; guard: HttpGuard; access: Access; maxViewers: number; log: Log },
): void {
  const { hub, guard, access, maxViewers, log } = deps;
  const sockets = new WebSocketServer({
    noServer: true,
    ...LIMITS,
    perMessageDeflate: false, // JPEGs do not shrink, and a frame is made once for all
    autoPong: false, // one that reads nothing would be answered without end
    handleProtocols: (asked) => (asked.has(VIEWER_PROTOCOL) ? VIEWER_PROTOCOL : false),
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      guard.check(request);
      const { url = '/' } = request;
      const { pathname, searchParams } = new URL(url, 'http://here');
      if (pathname !== PATH) throw new HttpError(404, 'not_found', `WebSockets are at ${PATH}`);
      access.check({ url, headers: request.headers, socket: request.socket }, 'view', true);
      refuseUnknownIn(searchParams, ['key']);
      checkRoom(hub, maxViewers);
      sockets.handleUpgrade(request, socket, head, (viewer) => join(viewer, socket));
    } catch (error) {
      refuse(socket, error as HttpError);
    }
  });

  /** @param raw what it goes over. */
  function join(socket: WebSocket, raw: Duplex): void {
    const isOurs = socket.protocol === VIEWER_PROTOCOL;
    const heartbeat = watchOver(socket, log);
    const session = hub.join(isOurs ? binaryConnection(socket, raw, heartbeat) : legacyConnection(socket, heartbeat));
    const intake = createIntake();
    const on = (event: 'message' | 'ping' | 'pong' | 'close', listener: (data: Buffer) => unknown) =>
      socket.on(event, guarded(listener, log, `${event} of a viewer`));

    socket.on('error', (error) => log.debug({ err: error }, 'a viewer was lost'));
    on('close', session.leave);
    on('ping', (data) => {
      if (takes(data) && socket.bufferedAmount < ANSWERS_BELOW) socket.pong(data);
    });
    on('pong', (data) => heartbeat.answered(data) || takes(data));
    on('message', (data) => {
      if (!takes(data) || !isOurs) return;
      const error = hear(String(data), session);
      if (!error) return;
      session.answer({ type: 'error', error: `not understood: ${error}`, code: 'message' });
      endIf(intake.mistake());
    });
    // legacy pages know nothing of topics: they show faces
    if (!isOurs) session.watch({ cameras: '*', topics: [DEFAULT_TOPIC] });

    /** Counts what it sent; false where that was too much, or its connection was closed before. */
    function takes(data: Buffer): boolean {
      if (socket.readyState !== socket.OPEN) return false;
      return !endIf(intake.message(data.length));
    }

    function endIf(why: string | undefined): boolean {
      if (!why) return false;
      log.info({ why, protocol: isOurs ? 'websocket' : 'legacy' }, 'a viewer is ended');
      expel(socket, why);
      return true;
    }
  }
}

/** @throws HttpError 503 */
export function checkRoom(hub: Hub, maxViewers: number): void {
  if (hub.isClosing) throw new HttpError(503, 'ending', GOODBYE);
  if (hub.size >= maxViewers) throw new HttpError(503, 'viewers', `there are ${maxViewers} viewers already`);
}

/** Does what a viewer says. @returns why it cannot be understood. */
function hear(text: string, session: Session): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'no JSON';
  }
  const { data: message, error } = viewerMessage.safeParse(json);
  if (!message) return error?.issues[0]?.message ?? 'no message';
  if (message.type === 'watch') session.watch(message);
  if (message.type === 'ping') session.answer({ type: 'pong', sent: message.sent, now: Date.now() });
  if (message.type === 'drawn') session.drawn(message.latencies);
  return undefined;
}

/** Answers an upgrade as any other request is answered. */
function refuse(socket: Duplex, error: HttpError): void {
  const known = error instanceof HttpError;
  const status = known ? error.status : 400;
  const body: ErrorBody = { error: known ? error.message : 'no WebSocket', code: known ? error.code : 'upgrade' };
  const text = JSON.stringify(body);
  // no timeout of the HTTP server counts for it any more: one that does not hang up would stay for ever
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
