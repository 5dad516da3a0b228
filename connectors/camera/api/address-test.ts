import { DEFAULT_FPS } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { CaptureSpec, OpenSource, OpenSourceFn } from '../video/source.ts';
import { TIMED_OUT } from '../video/timed-out.ts';

/** Addresses that are tested at once: each may be an ffmpeg process. */
const MAX_TESTS = 4;
/** How long a frame may take, milliseconds. */
const TEST_MS = 10_000;

/** Opens an address until its first frame. */
export interface AddressTest {
  /** @throws HttpError 422 with the reason, without a secret, where none came; 429 while as many as may be are tested. */
  run(url: string, caller: AbortSignal): Promise<Uint8Array>;
}

/** @param source opens it as a camera would. */
export function createAddressTest(options: {
  source(id: string, spec: CaptureSpec): OpenSourceFn;
  log: Log;
  /** Milliseconds. */
  limitMs?: number;
}): AddressTest {
  const { source, log, limitMs = TEST_MS } = options;
  let running = 0;

  async function firstFrame(url: string, caller: AbortSignal): Promise<Uint8Array> {
    let opened: OpenSource | undefined;
    const over = new AbortController();
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        const fail = (code: 'timeout' | 'no_frame', reason: string) => reject(new HttpError(422, code, reason));
        const late = setTimeout(() => fail('timeout', `no frame came within ${limitMs / 1000} s`), limitMs);
        over.signal.addEventListener('abort', () => clearTimeout(late));
        caller.addEventListener('abort', () => fail('timeout', 'the caller went away'), { signal: over.signal });
        opened = source('test', { url, fps: DEFAULT_FPS, loop: false })({
          onFrame: resolve,
          onRestart() {},
          onEnd: (reason = 'it ended without a frame') => fail(reason === TIMED_OUT ? 'timeout' : 'no_frame', reason),
        });
      });
    } catch (error) {
      if (error instanceof HttpError) throw error;
      throw new HttpError(422, 'no_frame', (error as Error).message); // it could not even be opened
    } finally {
      over.abort();
      // its place is free once its process has ended
      running++;
      background(
        Promise.resolve(opened?.close()).finally(() => {
          running--;
        }),
        log,
        'ending the test of an address',
      );
    }
  }

  return {
    async run(url, caller) {
      if (running >= MAX_TESTS)
        throw new HttpError(429, 'busy', `${MAX_TESTS} addresses are being tested: try again in a moment`, {
          'retry-after': '1',
        });
      running++;
      try {
        return await firstFrame(url, caller);
      } finally {
        running--;
      }
    },
  };
}
