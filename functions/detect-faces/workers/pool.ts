import { background, backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Found } from '../detectors/detector.ts';
import { type Failure, FrameError } from '../jpeg/failure.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  /** The worker's program, and what it is given. */
  worker: URL;
  workerData: unknown;
  /** Processes; each works on one frame at a time. */
  size: number;
  /** Frames under way and waiting; one more is refused. */
  maxInFlight: number;
  /** Milliseconds for one frame, from the moment a worker takes it. */
  timeLimit: number;
  log: Log;
}

export interface Pool {
  /** The detector that the workers loaded. */
  readonly detector: string;
  readonly size: number;
  /** Workers that could take or are working on a frame. */
  readonly ready: number;
  readonly inFlight: number;
  readonly full: boolean;
  /** For how long the worker that has been at one frame longest has been at it, seconds; 0 where none is at work. */
  readonly longestWork: number;
  /**
   * Detects on the next free worker.
   * @throws FrameError for a bad picture, when full (`busy`), when the deadline comes before a worker does (`deadline`), when the
   * worker dies or is too slow (`worker_died`, `time_limit`; it is replaced), when none came for long (`no_worker`).
   */
  run(jpeg: Uint8Array, options?: { deadline?: number; caller?: { readonly aborted: boolean } }): Promise<Found>;
  /** Ends the workers; what still waits is refused. */
  close(): Promise<void>;
}

interface Task {
  jpeg: Uint8Array;
  queuedAt: number;
  /** Milliseconds since the epoch. */
  deadline: number;
  caller?: { readonly aborted: boolean };
  resolve(found: Found): void;
  reject(error: unknown): void;
  /** Refuses it if no worker takes it. */
  patience?: NodeJS.Timeout;
}

/** @throws Error when the workers cannot start: what they say. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { worker: program, workerData, size, maxInFlight, timeLimit, log } = options;
  const workers = new Set<WorkerProcess>();
  const idle: WorkerProcess[] = [];
  const queue: Task[] = [];
  const ending = new AbortController();
  let inFlight = 0;
  /** When each frame that a worker has was taken, by the process's clock, milliseconds. */
  const taken = new Map<Task, number>();

  const leave = (task: Task) => {
    clearTimeout(task.patience);
    inFlight--;
  };
  const refuse = (task: Task, failure: Failure, words: string) => {
    leave(task);
    task.reject(new FrameError(failure, words));
  };

  const next = () => {
    while (idle.length && queue.length) {
      const task = queue.shift()!;
      if (task.caller?.aborted) refuse(task, 'incomplete', 'the caller is gone');
      else if (Date.now() > task.deadline) refuse(task, 'deadline', 'its deadline passed while it waited');
      else background(work(idle.shift()!, task), log, 'working on a frame');
    }
  };

  const work = async (worker: WorkerProcess, task: Task) => {
    clearTimeout(task.patience);
    const wait = performance.now() - task.queuedAt;
    taken.set(task, performance.now());
    try {
      const found = await worker.detect(task.jpeg, timeLimit);
      task.resolve({ ...found, stages: { wait, ...found.stages } });
    } catch (error) {
      task.reject(error);
    }
    taken.delete(task);
    leave(task);
    if (worker.alive) idle.push(worker);
    next();
  };

  const add = (worker: WorkerProcess) => {
    workers.add(worker);
    idle.push(worker);
    const onGone = worker.gone.then((why) => {
      workers.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
      if (ending.signal.aborted) return;
      log.error({ why }, 'a worker is gone; it is replaced');
      background(replace(), log, 'replacing a worker');
    });
    background(onGone, log, 'following the end of a worker');
  };

  const replace = async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      try {
        const worker = await startWorker(program, workerData);
        if (ending.signal.aborted) return await worker.end();
        add(worker);
        return next();
      } catch (error) {
        log.error({ err: error }, 'a worker could not be replaced; trying again');
        await sleep(backoff(attempt), ending.signal);
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
    get inFlight() {
      return inFlight;
    },
    get longestWork() {
      return taken.size > 0 ? (performance.now() - Math.min(...taken.values())) / 1000 : 0;
    },
    get full() {
      return inFlight >= maxInFlight;
    },
    run(jpeg, { deadline = Number.POSITIVE_INFINITY, caller } = {}) {
      return new Promise((resolve, reject) => {
        if (ending.signal.aborted) return reject(new FrameError('no_worker', 'this replica is ending'));
        if (inFlight >= maxInFlight)
          return reject(new FrameError('busy', `${inFlight} frames are under way here already`));
        const task: Task = { jpeg, queuedAt: performance.now(), deadline, caller, resolve, reject };
        task.patience = setTimeout(() => {
          queue.splice(queue.indexOf(task), 1);
          refuse(task, 'no_worker', `no worker was free for ${2 * timeLimit} ms`);
        }, 2 * timeLimit);
        inFlight++;
        queue.push(task);
        next();
      });
    },
    async close() {
      ending.abort();
      for (const task of queue.splice(0)) refuse(task, 'no_worker', 'this replica is ending');
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}
