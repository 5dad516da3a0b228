import { background, backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Found } from '../detectors/detector.ts';
import type { MissingProvider, Provider } from '../detectors/sessions.ts';
import { type Failure, FrameError } from '../jpeg/failure.ts';
import type { ValidJpeg } from '../jpeg/valid-jpeg.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

/** Within this time a worker that hangs is replaced, once it has been ended. Milliseconds. */
const REPLACE_MS = 3_000;

export interface PoolOptions {
  /** The worker's program, and its argument. */
  worker: URL;
  workerData: unknown;
  /** Processes; each works on one frame at a time. */
  size: number;
  /** The maximum number of frames in flight, waiting ones included; further ones are refused. */
  maxInFlight: number;
  /** The time limit for one frame, from the moment a worker takes it, milliseconds. */
  timeLimit: number;
  log: Log;
}

export interface Pool {
  /** The detector that the workers loaded. */
  readonly detector: string;
  readonly size: number;
  /** Workers that wait for a frame or work on one. */
  readonly ready: number;
  /** What each of these runs on, and what it could not. */
  readonly running: readonly { provider: Provider; missing: readonly MissingProvider[] }[];
  readonly inFlight: number;
  readonly full: boolean;
  /** How long the workers have been working on their current frames: the longest, seconds; 0 if none is busy. */
  readonly longestWork: number;
  /**
   * Detects on the next free worker.
   * @throws FrameError for a bad JPEG, if the pool is full (`busy`), if the deadline passes before a worker is free (`deadline`), if the
   * worker dies or is too slow (`worker_died`, `time_limit`; it is replaced), or if none is free within the time limit and 3 s more (`no_worker`).
   */
  run(
    jpeg: ValidJpeg,
    options?: { deadline?: number; caller?: { readonly aborted: boolean } },
  ): Promise<Found & { provider: Provider }>;
  /** Refuses waiting frames and ends the workers. */
  close(): Promise<void>;
}

interface Task {
  jpeg: ValidJpeg;
  queuedAt: number;
  /** Milliseconds since the epoch. */
  deadline: number;
  caller?: { readonly aborted: boolean };
  resolve(found: Found & { provider: Provider }): void;
  reject(error: unknown): void;
  /** Refuses the task if no worker takes it. */
  patience?: NodeJS.Timeout;
}

/** @throws Error with a worker's message if the workers cannot start. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { worker: program, workerData, size, maxInFlight, timeLimit, log } = options;
  const workers = new Set<WorkerProcess>();
  const queue: Task[] = [];
  /** Aborts when the pool closes. */
  const closing = new AbortController();
  let inFlight = 0;
  /** When a worker took each task, by `performance.now`, milliseconds. */
  const takenAt = new Map<Task, number>();

  const finish = (task: Task) => {
    clearTimeout(task.patience);
    inFlight--;
  };
  const refuse = (task: Task, failure: Failure, message: string) => {
    finish(task);
    task.reject(new FrameError(failure, message));
  };

  const findReady = () => [...workers].find(({ state }) => state === 'ready');

  const assign = () => {
    for (let worker = findReady(); worker && queue.length > 0; worker = findReady()) {
      const task = queue.shift()!;
      if (task.caller?.aborted) refuse(task, 'incomplete', 'the caller has disconnected');
      else if (Date.now() > task.deadline) refuse(task, 'deadline', 'its deadline passed while it waited');
      else background(work(worker, task), log, 'working on a frame');
    }
  };

  const work = async (worker: WorkerProcess, task: Task) => {
    clearTimeout(task.patience);
    const wait = performance.now() - task.queuedAt;
    takenAt.set(task, performance.now());
    try {
      const found = await worker.detect(task.jpeg, timeLimit);
      task.resolve({ ...found, provider: worker.provider, stages: { wait, ...found.stages } });
    } catch (error) {
      task.reject(error);
    }
    takenAt.delete(task);
    finish(task);
    assign();
  };

  const add = (worker: WorkerProcess) => {
    for (const { provider, reason } of worker.missing)
      log.warn({ provider, reason, used: worker.provider }, 'the execution provider cannot be used');
    workers.add(worker);
    const onEnded = worker.ended.then((reason) => {
      workers.delete(worker);
      if (closing.signal.aborted) return;
      log.error({ reason }, 'a worker ended; replacing it');
      background(replace(), log, 'replacing a worker');
    });
    background(onEnded, log, 'waiting for the end of a worker');
  };

  const replace = async () => {
    for (let attempt = 0; !closing.signal.aborted; attempt++) {
      try {
        const worker = await startWorker(program, workerData);
        if (closing.signal.aborted) return await worker.end();
        add(worker);
        return assign();
      } catch (error) {
        log.error({ err: error }, 'a worker could not be replaced; retrying');
        await sleep(backoff(attempt), closing.signal);
      }
    }
  };

  const first = await Promise.all(Array.from({ length: size }, () => startWorker(program, workerData)));
  first.forEach(add);

  return {
    detector: first[0]!.detector,
    size,
    get ready() {
      return workers.size;
    },
    get running() {
      return [...workers].map(({ provider, missing }) => ({ provider, missing }));
    },
    get inFlight() {
      return inFlight;
    },
    get longestWork() {
      return takenAt.size > 0 ? (performance.now() - Math.min(...takenAt.values())) / 1000 : 0;
    },
    get full() {
      return inFlight >= maxInFlight;
    },
    run(jpeg, { deadline = Number.POSITIVE_INFINITY, caller } = {}) {
      return new Promise((resolve, reject) => {
        if (closing.signal.aborted) return reject(new FrameError('no_worker', 'this replica is ending'));
        if (inFlight >= maxInFlight)
          return reject(new FrameError('busy', `${inFlight} frames are in progress here, which is the limit`));
        const task: Task = { jpeg, queuedAt: performance.now(), deadline, caller, resolve, reject };
        const patience = timeLimit + REPLACE_MS;
        task.patience = setTimeout(() => {
          queue.splice(queue.indexOf(task), 1);
          refuse(task, 'no_worker', `no worker was free for ${patience} ms`);
        }, patience);
        inFlight++;
        queue.push(task);
        assign();
      });
    },
    async close() {
      closing.abort();
      for (const task of queue.splice(0)) refuse(task, 'no_worker', 'this replica is ending');
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}
