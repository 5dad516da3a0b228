import type { ServerResponse } from 'node:http';
import { cameraId, topicName } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import { guarded } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Context } from 'hono';
import { readCursor } from '../http/query.ts';
import type { Hub } from './hub.ts';
import { encodeEvent } from './result-message.ts';
import { CLOSE_TIMEOUT_MS, encodeControl, type Transport } from './transport.ts';
import type { Watch } from './viewer.ts';

/** A comment so often keeps proxies from taking the connection for dead, milliseconds. */
const COMMENT_MS = 15_000;
/** A connection that took nothing for so long, while something waits for it, has nobody at its other end, milliseconds. */
const STALLED_MS = 120_000;
/** What a browser waits before it connects again, milliseconds. */
const RETRY_MS = 1_000;

const HEADERS = {
  'content-type': 'text/event-stream',
  // a proxy that compresses would hold events back until they make a block
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * `GET api/events?cameras=door,yard&topics=faces&resume=41` (`*`, or absent: all): what a WebSocket would say, as server-sent events with the JPEG
 * as base64 in `frame`, for where WebSockets cannot pass. A browser that comes back names the last cursor in `Last-Event-ID`.
 */
export function streamEvents(c: Context, hub: Hub, log: Log): Response {
  const cameras = readNames(c, 'cameras', cameraId, 'camera ids');
  const topics = readNames(c, 'topics', topicName, 'topics');
  const resume = readCursor('resume', c.req.header('last-event-id') || c.req.query('resume'));
  // Hono answers it by the same handler and lets the body lie, where nobody would end it
  if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
  const response = (c.env as { outgoing?: ServerResponse } | undefined)?.outgoing;
  const { body, connection, closed } = openStream(() => response?.writableFinished || response?.destroy(), log);
  const session = hub.join(connection);
  closed.addEventListener('abort', guarded(session.leave, log, 'a viewer that leaves'));
  session.watch({ cameras, topics, resume });
  return c.body(body, 200, HEADERS);
}

/**
 * @param cut ends the connection with whatever waits for it.
 * @returns the body of the answer, and what is aborted once it has ended, from whichever side.
 */
function openStream(
  cut: () => void,
  log: Log,
): { body: ReadableStream<Uint8Array>; connection: Transport; closed: AbortSignal } {
  const closing = new AbortController();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>(
    {
      start(its) {
        controller = its;
      },
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  let handed = 0;
  const buffered = () => Math.max(0, -(controller.desiredSize ?? 0));

  function write(bytes: Uint8Array): void {
    if (closing.signal.aborted) return;
    handed += bytes.length;
    controller.enqueue(bytes);
  }

  function end(): void {
    clearInterval(timer);
    closing.abort();
  }

  let taken = 0;
  let takenAt = Date.now();
  const tend = () => {
    if (buffered() === 0) write(encode(': still here\n\n'));
    const now = handed - buffered();
    if (now !== taken) [taken, takenAt] = [now, Date.now()];
    else if (buffered() > 0 && Date.now() - takenAt > STALLED_MS) cut();
  };
  const timer = setInterval(guarded(tend, log, 'tending an event stream'), COMMENT_MS);

  write(encode(`retry: ${RETRY_MS}\n\n`));
  const connection: Transport = {
    protocol: 'sse',
    get buffered() {
      return buffered();
    },
    send: (message) => write(encode(encodeEvent(encodeControl(message)))),
    sendResult: (message, withFrame) => write(message.event(withFrame)),
    close() {
      if (closing.signal.aborted) return;
      end();
      controller.close();
      setTimeout(cut, CLOSE_TIMEOUT_MS).unref();
    },
  };
  return { body, connection, closed: closing.signal };
}

const encode = (text: string) => new TextEncoder().encode(text);

function readNames(c: Context, name: string, schema: typeof cameraId | typeof topicName, what: string): Watch {
  const text = c.req.query(name) ?? '*';
  if (text === '*') return '*';
  const names = schema.array().safeParse(text.split(',').filter(Boolean));
  if (!names.success) throw new HttpError(400, name, `${name}=${text}: allowed: * or ${what} with commas`);
  return names.data;
}
