/** Each failure of a frame with its HTTP status: with 4xx the request is at fault, otherwise it is not. */
export const FAILURES = {
  empty: 400,
  damaged: 400,
  incomplete: 400,
  bad_deadline: 400,
  unknown_parameter: 400,
  upload_timeout: 408,
  too_large: 413,
  too_many_pixels: 413,
  dimensions: 413,
  too_complex: 413,
  media_type: 415,
  content_encoding: 415,
  not_jpeg: 415,
  unsupported: 415,
  busy: 429,
  worker_died: 500,
  no_worker: 503,
  deadline: 504,
  time_limit: 504,
} as const;

export type Failure = keyof typeof FAILURES;

/** A frame that was not detected; the message tells the sender why. */
export class FrameError extends Error {
  override name = 'FrameError';
  constructor(
    readonly failure: Failure,
    message: string,
  ) {
    super(message);
  }
}
