import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { within } from '@framewire/runtime/process';
import type { Found } from '../detectors/detector.ts';
import { FrameError } from '../jpeg/failure.ts';
import { type Answer, onMessage, PIPE, type Start, sendPicture } from './pipe.ts';

/** Milliseconds to load a detector in. */
const START_LIMIT = 60_000;

/**
 * A process with its detector loaded. It is one of its own, and no thread, since native code may end or stall the process that it is in.
 */
export interface WorkerProcess {
  readonly detector: string;
  readonly pid: number;
  readonly alive: boolean;
  /** Why it is gone, once it is. */
  readonly gone: Promise<string>;
  /**
   * One picture at a time.
   * @throws FrameError for a bad picture; `worker_died` or `time_limit` where it cost the worker its life.
   */
  detect(jpeg: Uint8Array, timeLimit: number): Promise<Found>;
  /** At once, whatever it is at. */
  end(): Promise<void>;
}

/** @param workerData JSON. @throws Error with what the worker says when it cannot load its detector. */
export async function startWorker(program: URL, workerData: unknown): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(workerData)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const socket = child.stdio[PIPE] as Socket;
  socket.on('error', () => {}); // the end of the process says more
  let end = 'the worker could not be started';
  child.on('error', (error) => {
    end = `the worker could not be started: ${error.message}`;
  });
  child.once('exit', (code, signal) => {
    end = `the worker ended: ${signal ?? `exit code ${code}`}`;
  });
  // after `exit`, once all that it said has been read
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));

  let listener: (message: Start | Answer) => void = () => {};
  onMessage(socket, (message) => listener(message));
  const started = new Promise<Start>((resolve) => {
    listener = (message) => resolve(message as Start);
    child.once('close', () => resolve({ unusable: end }));
  });
  const start = await within(START_LIMIT, 'loading the detector', started).catch(({ message }) => ({
    unusable: message,
  }));
  if ('unusable' in start) {
    child.kill('SIGKILL');
    throw new Error(start.unusable);
  }

  let alive = true;
  let leave: (why: string) => void;
  const gone = new Promise<string>((resolve) => {
    leave = (why) => {
      alive = false;
      resolve(why);
    };
  });
  let answer: ((answer: Answer) => void) | undefined;
  listener = (message) => answer?.(message as Answer);
  child.once('close', () => {
    leave(end);
    answer?.({ failure: 'worker_died', words: end });
  });

  return {
    detector: start.ready,
    pid: child.pid!,
    get alive() {
      return alive;
    },
    gone,
    async detect(jpeg, timeLimit) {
      let timer: NodeJS.Timeout | undefined;
      const outcome = await new Promise<Answer>((resolve) => {
        answer = resolve;
        timer = setTimeout(() => {
          child.kill('SIGKILL');
          resolve({ failure: 'time_limit', words: `the detector took longer than ${timeLimit} ms` });
        }, timeLimit);
        sendPicture(socket, jpeg);
      });
      clearTimeout(timer);
      answer = undefined;
      if ('found' in outcome) return outcome.found;
      const { failure, words } = outcome;
      if (failure === 'worker_died' || failure === 'time_limit') leave(words);
      throw new FrameError(failure, words);
    },
    async end() {
      leave('it was ended');
      child.kill('SIGKILL');
      await closed;
    },
  };
}
