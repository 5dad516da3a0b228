import { Worker } from 'node:worker_threads';
import type { Found } from './detectors/detector.ts';
import { type Failure, FrameError } from './failure.ts';

/** To a worker and back: first whether it could load its detector, then one answer for each picture. */
export type ToWorker = { jpeg: Uint8Array };
export type FromWorker =
  | { ready: string }
  | { unusable: string }
  | { found: Found }
  | { failure: Failure; words: string };

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
  let answer: ((message: FromWorker | FrameError) => void) | undefined;
  worker.on('error', (error) => {
    crash = `the worker failed: ${error.message}`;
  });

  const detector = await new Promise<string>((resolve, reject) => {
    worker.once('exit', () => reject(new Error(crash)));
    worker.once('message', (first: FromWorker) => {
      if ('ready' in first) return resolve(first.ready);
      reject(new Error('unusable' in first ? first.unusable : 'the worker spoke out of turn'));
      worker.terminate();
    });
  });

  let leave: (why: string) => void;
  const gone = new Promise<string>((resolve) => {
    leave = (why) => {
      alive = false;
      resolve(why);
    };
  });
  worker.on('message', (message: FromWorker) => answer?.(message));
  worker.once('exit', () => {
    leave(crash);
    answer?.(new FrameError('worker_died', crash));
  });

  return {
    detector,
    get alive() {
      return alive;
    },
    gone,
    async detect(jpeg, timeLimit) {
      let timer: NodeJS.Timeout | undefined;
      const message = await new Promise<FromWorker | FrameError>((resolve) => {
        answer = resolve;
        timer = setTimeout(() => {
          const words = `the detector took longer than ${timeLimit} ms`;
          leave(words);
          worker.terminate(); // not awaited: native code may first have to return
          resolve(new FrameError('time_limit', words));
        }, timeLimit);
        const own = ownBuffer(jpeg);
        worker.postMessage({ jpeg: own } satisfies ToWorker, [own.buffer]);
      });
      clearTimeout(timer);
      answer = undefined;
      if (message instanceof FrameError) throw message;
      if ('found' in message) return message.found;
      throw 'failure' in message ? new FrameError(message.failure, message.words) : new Error('out of turn');
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
