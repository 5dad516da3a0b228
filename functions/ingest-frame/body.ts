import { HttpError, TimeoutError, within } from '@framewire/runtime';

export interface UploadLimits {
  /** Of the picture. */
  maxBytes: number;
  /** From the head of the request to the end of its body. */
  timeoutMs: number;
}

/**
 * Reads a request's body, no further than the picture's limit and `overhead`, into a buffer of its own.
 * On an error the rest is left to the server: to cancel the stream would close the socket before the answer is out.
 * @throws HttpError 413 as soon as that is known, 408 when it takes too long, 400 when the caller goes away.
 */
export async function readBody(
  request: Request,
  { maxBytes, timeoutMs }: UploadLimits,
  overhead = 0,
): Promise<Uint8Array<ArrayBuffer>> {
  const most = maxBytes + overhead;
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(maxBytes);

  const read = async () => {
    const reader = request.body?.getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      length += next.value.length;
      if (length > most) throw tooLarge(maxBytes);
      chunks.push(next.value);
    }
    return new Uint8Array(Buffer.concat(chunks, length));
  };

  return within(timeoutMs, 'the upload', read()).catch((error: Error) => {
    if (error instanceof HttpError) throw error;
    if (error instanceof TimeoutError) throw new HttpError(408, 'upload_timeout', error.message);
    throw new HttpError(400, 'incomplete', `the body ended early: ${error.message}`);
  });
}

export const tooLarge = (maxBytes: number) =>
  new HttpError(413, 'too_large', `the picture is larger than ${maxBytes} bytes`);
