import { Worker } from 'node:worker_threads';
import { within } from '@framewire/runtime';
import type { Found } from './detectors/detector.ts';
import { type Failure, FrameError } from './failure.ts';

/** What a worker says first: the name of the detector it loaded, or why it could not. */
export type Start = { ready: string } | { unusable: string };
/** To a worker, and its answer. */
export type Work = { jpeg: Uint8Array };
export type Answer = { found: Found } | { failure: Failure; words: string };

/** Milliseconds to load a detector in. */
const START_LIMIT = 60_000;

/** A worker thread with its detector loaded. */
export interface Thread {
  readonly detector: string;
  readonly alive: boolean;
  /** Why it is gone, once it is. */
  readonly gone: Promise<string>;
  /**
   * One picture at a time; takes over its buffer.
   * @throws FrameError for a bad picture; `worker_died` or `time_limit` where it cost the thread its life.
   */
  detect(jpeg: Uint8Array, timeLimit: number): Promise<Found>;
  end(): Promise<void>;
}

/** @throws Error with what the worker says when it cannot load its detector. */
export async function startThread(program: URL, workerData: unknown): Promise<Thread> {
  const worker = new Worker(program, { workerData });
  let alive = true;
  let crash = 'the worker ended by itself';
  let answer: ((answer: Answer | FrameError) => void) | undefined;
  worker.on('error', (error: unknown) => {
    // WebAssembly throws numbers too
    crash = `the worker failed: ${error instanceof Error ? error.message : error}`;
  });

  const started = new Promise<Start>((resolve) => {
    worker.once('message', resolve);
    worker.once('exit', () => resolve({ unusable: crash }));
  });
  const start = await within(START_LIMIT, 'loading the detector', started).catch(({ message }) => ({
    unusable: message,
  }));
  if ('unusable' in start) {
    worker.terminate();
    throw new Error(start.unusable);
  }

  let leave: (why: string) => void;
  const gone = new Promise<string>((resolve) => {
    leave = (why) => {
      alive = false;
      resolve(why);
    };
  });
  worker.on('message', (message: Answer) => answer?.(message));
  worker.once('exit', () => {
    leave(crash);
    answer?.(new FrameError('worker_died', crash));
  });

  return {
    detector: start.ready,
    get alive() {
      return alive;
    },
    gone,
    async detect(jpeg, timeLimit) {
      const own = ownBuffer(jpeg);
      let timer: NodeJS.Timeout | undefined;
      const outcome = await new Promise<Answer | FrameError>((resolve) => {
        answer = resolve;
        timer = setTimeout(() => {
          const words = `the detector took longer than ${timeLimit} ms`;
          leave(words);
          worker.terminate(); // not awaited: native code may first have to return
          resolve(new FrameError('time_limit', words));
        }, timeLimit);
        worker.postMessage({ jpeg: own } satisfies Work, [own.buffer]);
      }).finally(() => clearTimeout(timer));
      answer = undefined;
      if (outcome instanceof FrameError) throw outcome;
      if ('failure' in outcome) throw new FrameError(outcome.failure, outcome.words);
      return outcome.found;
    },
    async end() {
      leave('it was ended');
      await worker.terminate();
    },
  };
}

/** The picture in a buffer that holds nothing else, so that it can be handed over instead of copied. */
function ownBuffer(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = jpeg;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(jpeg);
}
