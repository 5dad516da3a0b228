import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createStates, within } from '@framewire/runtime/process';
import type { Detector, Found } from '../detectors/detector.ts';
import { FrameError } from '../jpeg/failure.ts';
import type { ValidJpeg } from '../jpeg/valid-jpeg.ts';
import { type Answer, onMessage, PIPE, type Start, sendJpeg } from './pipe.ts';

/** The time limit for loading a detector, milliseconds. */
const START_LIMIT = 60_000;

/**
 * The states of a worker that has loaded its detector:
 * - `ready`: it waits for a frame;
 * - `busy`: it works on one;
 * - `ending`: it takes no more frames: it was killed, gave up, or is about to exit;
 * - `exited`: its process is over.
 */
export type WorkerState = 'ready' | 'busy' | 'ending' | 'exited';

const NEXT: Record<WorkerState, readonly WorkerState[]> = {
  ready: ['busy', 'ending', 'exited'],
  busy: ['ready', 'ending', 'exited'],
  ending: ['exited'],
  exited: [],
};

/** A process with its detector loaded. It is a process and not a thread because native code may crash or stall the process it is in. */
export interface WorkerProcess extends Pick<Detector, 'provider' | 'missing'> {
  readonly detector: string;
  readonly pid: number;
  readonly state: WorkerState;
  /** Resolves with the reason when it takes no more frames. */
  readonly ended: Promise<string>;
  /**
   * Detects on a frame, one at a time.
   * @throws FrameError for a bad JPEG; `worker_died` or `time_limit` if it ended the worker.
   */
  detect(jpeg: ValidJpeg, timeLimit: number): Promise<Found>;
  /** Kills it at once, also while it is busy. */
  end(): Promise<void>;
}

/** @param workerData JSON. @throws Error with the worker's message if it cannot load its detector. */
export async function startWorker(program: URL, workerData: unknown): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(workerData)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const socket = child.stdio[PIPE] as Socket;
  socket.on('error', () => {}); // the exit of the process says more
  let end = 'the worker could not be started';
  child.on('error', (error) => {
    end = `the worker could not be started: ${error.message}`;
  });
  child.once('exit', (code, signal) => {
    end = `the worker ended: ${signal ?? `exit code ${code}`}`;
  });
  // after `exit`, when all its messages have been read
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

  const state = createStates(NEXT, 'ready');
  let resolveEnded: (reason: string) => void;
  const ended = new Promise<string>((resolve) => {
    resolveEnded = resolve;
  });
  const retire = (reason: string) => {
    if (state.now === 'ready' || state.now === 'busy') state.to('ending');
    resolveEnded(reason);
  };
  let answer: ((answer: Answer) => void) | undefined;
  listener = (message) => answer?.(message as Answer);
  child.once('close', () => {
    state.to('exited');
    resolveEnded(end);
    answer?.({ failure: 'worker_died', message: end });
  });

  return {
    detector: start.ready,
    provider: start.provider,
    missing: start.missing,
    pid: child.pid!,
    get state() {
      return state.now;
    },
    ended,
    async detect(jpeg, timeLimit) {
      state.to('busy');
      let timer: NodeJS.Timeout | undefined;
      const outcome = await new Promise<Answer>((resolve) => {
        answer = resolve;
        timer = setTimeout(() => {
          child.kill('SIGKILL');
          resolve({ failure: 'time_limit', message: `the detector took longer than ${timeLimit} ms` });
        }, timeLimit);
        sendJpeg(socket, jpeg);
      });
      clearTimeout(timer);
      answer = undefined;
      const isLost = 'failure' in outcome && (outcome.failure === 'worker_died' || outcome.failure === 'time_limit');
      if (isLost) retire(outcome.message);
      else if (state.now === 'busy') state.to('ready');
      if ('found' in outcome) return outcome.found;
      throw new FrameError(outcome.failure, outcome.message);
    },
    async end() {
      retire('it was stopped');
      child.kill('SIGKILL');
      await closed;
    },
  };
}
