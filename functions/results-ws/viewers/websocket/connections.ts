import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { guarded } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { WebSocket } from 'ws';
import { encodeControl, type Transport } from '../transport.ts';

/** How often a connection is pinged, and for how long it may owe the pong before it is taken for dead, milliseconds. */
const PING_MS = 2_000;
const DEAD_MS = 15_000;
/** RFC 6455: the service is restarted; what was said breaks the rules. */
const RESTARTING = 1012;
const POLICY = 1008;

/** A WebSocket's side that both kinds of viewers have. */
export interface Heartbeat {
  /** For how long it has owed an answer, milliseconds. */
  unanswered(): number;
  /** A pong came. @returns whether it was asked for. */
  answered(data: Buffer): boolean;
}

/** Terminates a connection that answers no ping. Each ping bears bytes that nobody can answer without having read them. */
export function watchOver(socket: WebSocket, log: Log): Heartbeat {
  let asked: { data: Buffer; at: number } | undefined;
  const unanswered = () => (asked ? Date.now() - asked.at : 0);
  const beat = () => {
    if (unanswered() > DEAD_MS) return socket.terminate();
    if (asked || socket.readyState !== socket.OPEN) return;
    asked = { data: randomBytes(8), at: Date.now() };
    socket.ping(asked.data);
  };
  const timer = setInterval(guarded(beat, log, 'asking a viewer for a sign of life'), PING_MS);
  socket.on('close', () => clearInterval(timer));
  return {
    unanswered,
    answered(data) {
      if (!asked?.data.equals(data)) return false;
      asked = undefined;
      return true;
    },
  };
}

/** @param raw what it goes over. */
export function binaryConnection(socket: WebSocket, raw: Duplex, { unanswered }: Heartbeat): Transport {
  return {
    close: (reason) => socket.close(RESTARTING, reason),
    protocol: 'websocket',
    send: (message) => send(socket, encodeControl(message)),
    sendResult(message, withFrame) {
      // whole frames, and ws writes its own at once too: they cannot come between one another
      if (socket.readyState === socket.OPEN) raw.write(message.frame(withFrame));
    },
    get buffered() {
      return socket.bufferedAmount;
    },
    get unanswered() {
      return unanswered();
    },
  };
}

/** For a legacy viewer. */
export function legacyConnection(socket: WebSocket, { unanswered }: Heartbeat): Transport {
  return {
    close: (reason) => socket.close(RESTARTING, reason),
    protocol: 'legacy',
    send() {},
    sendResult(message, withFrame) {
      const text = withFrame ? message.legacy() : undefined;
      if (text) send(socket, text);
    },
    get buffered() {
      return socket.bufferedAmount;
    },
    get unanswered() {
      return unanswered();
    },
  };
}

/** Closes a connection whose other end breaks the rules: nothing more is read from it. @param why under 120 bytes. */
export function expel(socket: WebSocket, why: string): void {
  socket.close(POLICY, why);
  socket.pause();
}

function send(socket: WebSocket, data: string | Uint8Array): void {
  if (socket.readyState === socket.OPEN) socket.send(data, { binary: false });
}
