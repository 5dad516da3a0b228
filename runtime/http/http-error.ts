import { HTTPException } from 'hono/http-exception';

/** An answer that is not a 2xx: a status, words for a person and a word for programs. Thrown anywhere in a handler. */
export class HttpError extends HTTPException {
  constructor(
    status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504 | 507,
    readonly code: string,
    words: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(status, { message: words });
  }
}
