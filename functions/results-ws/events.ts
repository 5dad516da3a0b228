import { cameraId, cursor as cursorSchema } from '@framewire/contract';
import { HttpError } from '@framewire/runtime';
import type { Context } from 'hono';
import { encodeEvent } from './push.ts';
import type { Results } from './results.ts';
import type { Watch } from './viewer.ts';
import type { Wire } from './wire.ts';

/** A comment so often keeps proxies from taking the line for dead, milliseconds. */
const COMMENT_MS = 15_000;
/** What a browser waits before it connects again, milliseconds. */
const RETRY_MS = 1_000;

/**
 * `GET api/events?cameras=door,yard&resume=41` (`cameras=*`: all): what a WebSocket would say, as server-sent events with the picture
 * as base64 in `frame`, for where WebSockets cannot pass. A browser that comes back names the last cursor in `Last-Event-ID`.
 */
export function streamEvents(c: Context, results: Results): Response {
  // Hono answers it by the same handler and lets the body lie, where nobody would end it
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
  const cameras = readCameras(c.req.query('cameras') ?? '*');
  const resume = readCursor(c.req.header('last-event-id') || c.req.query('resume'));
  let leave = () => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const session = results.join(eventWire(controller));
        const comment = setInterval(() => controller.enqueue(encode(': still here\n\n')), COMMENT_MS);
        leave = () => {
          clearInterval(comment);
          session.leave();
        };
        controller.enqueue(encode(`retry: ${RETRY_MS}\n\n`));
        session.watch(cameras, resume);
      },
      cancel: () => leave(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  return c.body(body, 200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });

  function eventWire(controller: ReadableStreamDefaultController<Uint8Array>): Wire {
    return {
      protocol: 'events',
      get buffered() {
        return Math.max(0, -(controller.desiredSize ?? 0));
      },
      tell: (message) => controller.enqueue(encode(encodeEvent(JSON.stringify(message)))),
      push: (push, withPicture) => controller.enqueue(encode(push.event(withPicture))),
      close() {
        leave();
        controller.close();
      },
    };
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

function readCameras(text: string): Watch {
  if (text === '*') return '*';
  const cameras = cameraId.array().safeParse(text.split(',').filter(Boolean));
  if (!cameras.success) throw new HttpError(400, 'cameras', `cameras=${text}: allowed: * or camera ids with commas`);
  return cameras.data;
}

function readCursor(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const cursor = cursorSchema.safeParse(Number(text));
  if (!cursor.success) throw new HttpError(400, 'resume', `resume=${text}: allowed: a cursor, a whole number`);
  return cursor.data;
}
