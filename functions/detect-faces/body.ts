import { FrameError } from './failure.ts';

/**
 * Reads a request's body, no further than `maxBytes`, into a buffer of its own.
 * @throws FrameError `too_large` as soon as that is known; `incomplete` when the caller goes away.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const claimed = Number(request.headers.get('content-length') ?? 0);
  if (claimed > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof FrameError) throw error;
    throw new FrameError('incomplete', `the body ended early: ${(error as Error).message}`);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function tooLarge(maxBytes: number): FrameError {
  return new FrameError('too_large', `the picture is larger than ${maxBytes} bytes`);
}
