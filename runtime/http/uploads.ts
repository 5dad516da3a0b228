import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { HttpError } from './http-error.ts';

/**
 * Reads request bodies, and bounds what all requests under way hold together. A request counts from its head on, with the length that it
 * declares, else with what has come, until it is answered: a picture is in memory while it is read, published and worked on.
 */
export interface Uploads {
  /** Bytes that requests under way hold, or have declared. */
  readonly bytes: number;
  /**
   * Lets one request in, and counts it until `use` has ended.
   * @throws HttpError 413 `too_large` where it declares more than `maxBytes`, 429 `busy` where there is no room; both before anything is
   * read. What `use` throws passes.
   */
  admit<T>(body: Body, maxBytes: number, use: (upload: Upload) => Promise<T>): Promise<T>;
}

export interface Upload {
  /** Whether whoever sent it went away. */
  readonly caller: { readonly aborted: boolean };
  /**
   * Reads the body, once. Reading ends with what this throws, and nothing is kept: the server lets the rest run off for a moment and
   * closes the connection.
   * @param look at what has come of a body that takes long; what it throws ends the reading.
   * @throws HttpError 400 `incomplete`, 408 `upload_timeout`, 413 `too_large`, 429 `busy`.
   */
  read(look?: (beginning: Uint8Array) => void): Promise<Uint8Array<ArrayBuffer>>;
}

/** A request's body, as the server has it. */
export interface Body {
  /** What its head says of its length, bytes; undefined where it says nothing. */
  declared: number | undefined;
  caller: { readonly aborted: boolean };
  /** Calls back until it has ended or `stop` was called, which leaves the rest unread. */
  start(listener: { data(chunk: Uint8Array): void; end(): void; error(error: Error): void }): { stop(): void };
}

/** The first look at what has come of a body that has not ended; another each time that four times as much is there, bytes. */
const FIRST_LOOK = 64 * 1024;

export function createUploads(options: {
  /** What all requests may hold together, bytes. One alone is let in whatever it holds. */
  maxBytes: number;
  /** From the head of a request to the end of its body, milliseconds. */
  timeoutMs: number;
}): Uploads {
  const { maxBytes: most, timeoutMs } = options;
  let bytes = 0;

  return {
    get bytes() {
      return bytes;
    },
    async admit(body, maxBytes, use) {
      let held = 0;
      const hold = (more: number) => {
        if (bytes + more > most && bytes > held) throw busy(bytes, most);
        bytes += more;
        held += more;
      };
      if ((body.declared ?? 0) > maxBytes) throw tooLarge(maxBytes);
      hold(body.declared ?? 0);
      try {
        return await use({ caller: body.caller, read: (look) => read(body, { maxBytes, timeoutMs, hold, look }) });
      } finally {
        bytes -= held;
      }
    },
  };
}

interface Reading {
  maxBytes: number;
  timeoutMs: number;
  /** Counts so many bytes more. @throws HttpError */
  hold(more: number): void;
  look?: (beginning: Uint8Array) => void;
}

function read(body: Body, { maxBytes, timeoutMs, hold, look }: Reading): Promise<Uint8Array<ArrayBuffer>> {
  const { declared } = body;
  // memory that is not written to is none yet
  const whole = declared === undefined ? undefined : new Uint8Array(declared);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let nextLook = FIRST_LOOK;
  const soFar = () => whole?.subarray(0, length) ?? new Uint8Array(Buffer.concat(chunks, length));

  function take(chunk: Uint8Array): void {
    if (length + chunk.length > (declared ?? maxBytes)) throw tooLarge(maxBytes);
    if (whole) whole.set(chunk, length);
    else {
      hold(chunk.length);
      chunks.push(chunk);
    }
    length += chunk.length;
    if (!look || length < nextLook || length === declared) return;
    look(soFar());
    nextLook = 4 * length;
  }

  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      clearTimeout(timer);
      source?.stop();
      if (error) reject(error);
      else resolve(soFar());
      chunks.length = 0;
    };
    const late = () =>
      end(new HttpError(408, 'upload_timeout', `the upload took longer than ${timeoutMs} ms: ${length} bytes came`));
    const timer = setTimeout(late, timeoutMs);
    const source = body.start({
      data(chunk) {
        try {
          take(chunk);
        } catch (error) {
          end(error as Error);
        }
      },
      end: () => end(),
      error: ({ message }) => end(new HttpError(400, 'incomplete', `the body ended early: ${message}`)),
    });
  });
}

/** Node's own request where there is one: the web's, with its streams, costs more than all else that is done with a request. */
export function bodyOf(c: Context): Body {
  const { incoming, outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
  if (incoming && outgoing) return nodeBody(incoming as IncomingMessage, outgoing as ServerResponse);
  return webBody(c.req.raw);
}

export function nodeBody(incoming: IncomingMessage, outgoing: ServerResponse): Body {
  return {
    declared: readLength(incoming.headers['content-length']),
    caller: {
      get aborted() {
        return outgoing.destroyed;
      },
    },
    start({ data, end, error }) {
      const closed = () => error(new Error('the connection was closed'));
      // one that reports an error later is to end nothing
      incoming.on('error', () => {});
      if (incoming.destroyed && !incoming.readableEnded) queueMicrotask(closed);
      incoming.on('data', data).once('end', end).once('error', error).once('close', closed);
      return {
        stop: () => {
          incoming.pause().off('data', data).off('end', end).off('error', error).off('close', closed);
        },
      };
    },
  };
}

function webBody({ headers, body, signal }: Request): Body {
  return {
    declared: readLength(headers.get('content-length')),
    caller: signal,
    start({ data, end, error }) {
      const reader = body?.getReader();
      let stopped = false;
      const pull = async () => {
        while (!stopped) {
          const next = await reader?.read();
          if (stopped) return;
          if (!next || next.done) return end();
          data(next.value);
        }
      };
      pull().catch((reason: Error) => stopped || error(reason));
      return {
        stop() {
          stopped = true;
          reader?.cancel().catch(() => {}); // it may have failed itself
        },
      };
    },
  };
}

function readLength(header: string | null | undefined): number | undefined {
  return header && /^\d+$/.test(header) ? Number(header) : undefined;
}

const tooLarge = (maxBytes: number) => new HttpError(413, 'too_large', `the body is larger than ${maxBytes} bytes`);

const busy = (bytes: number, most: number) =>
  new HttpError(
    429,
    'busy',
    `requests under way hold ${bytes} of ${most} bytes that may be held at once: send it again later`,
    { 'retry-after': '1' },
  );
