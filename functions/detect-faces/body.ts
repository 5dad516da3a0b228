import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { FrameError } from './failure.ts';

/** A request with a picture, as the server has it. */
export interface Upload {
  /** What its head says of its length, bytes; 0 where it says nothing. */
  claimed: number;
  chunks: AsyncIterable<Uint8Array>;
  /** Whether whoever sent it went away. */
  readonly caller: { readonly aborted: boolean };
}

/** Node's own request where there is one: the web's, with its streams, costs more than all else that is done with a request here. */
export function uploadOf(c: Context): Upload {
  const { incoming, outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
  const claimed = Number(c.req.header('content-length') ?? 0);
  if (!incoming || !outgoing) {
    const { body, signal } = c.req.raw;
    return { claimed, chunks: (body ?? []) as AsyncIterable<Uint8Array>, caller: signal };
  }
  return {
    claimed,
    // whoever sends too much has to be told so: the connection stays
    chunks: incoming.iterator({ destroyOnReturn: false }),
    caller: {
      get aborted() {
        return outgoing.destroyed;
      },
    },
  };
}

/** The first look at what has come of a body that has not ended; another each time that four times as much is there, bytes. */
const FIRST_LOOK = 64 * 1024;

/**
 * Reads a body, no further than `maxBytes`.
 * @param look at the beginning of one that takes long to come; what it throws ends the reading.
 * @throws FrameError `too_large` as soon as that is known; `incomplete` when the caller goes away.
 */
export async function readBody(
  { claimed, chunks }: Upload,
  maxBytes: number,
  look: (beginning: Uint8Array) => void,
): Promise<Uint8Array> {
  if (claimed > maxBytes) throw tooLarge(maxBytes);
  const read: Uint8Array[] = [];
  let length = 0;
  let nextLook = FIRST_LOOK;
  try {
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      read.push(chunk);
      if (length < nextLook || length === claimed) continue;
      look(Buffer.concat(read, length));
      nextLook = 4 * length;
    }
  } catch (error) {
    if (error instanceof FrameError) throw error;
    throw new FrameError('incomplete', `the body ended early: ${(error as Error).message}`);
  }
  return read.length === 1 ? read[0]! : Buffer.concat(read, length);
}

function tooLarge(maxBytes: number): FrameError {
  return new FrameError('too_large', `the picture is larger than ${maxBytes} bytes`);
}
