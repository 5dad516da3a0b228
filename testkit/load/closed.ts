import { TimeoutError, within } from '@framewire/runtime/process';

/** Always the same number of frames under way: the next is sent as soon as one has ended. */
export interface ClosedLoad {
  /** Frames that were begun. */
  readonly sent: number;
  /** No more frames; resolves when those under way have ended, or `timeoutMs` later. */
  stop(timeoutMs?: number): Promise<void>;
}

/** @param send is given the frame's number, from 0 on, and resolves when that frame has ended. */
export function startClosedLoad(inFlight: number, send: (number: number) => Promise<unknown>): ClosedLoad {
  let sent = 0;
  let stopping = false;
  const work = async () => {
    while (!stopping) await send(sent++);
  };
  const workers = Promise.all(Array.from({ length: inFlight }, work));
  workers.catch(() => {}); // `stop` throws it
  return {
    get sent() {
      return sent;
    },
    async stop(timeoutMs = 60_000) {
      stopping = true;
      await within(timeoutMs, 'the end of the last frames', workers).catch((error: unknown) => {
        if (!(error instanceof TimeoutError)) throw error;
      });
    },
  };
}

/** Frames that wait for their outcomes, where an outcome says that one has ended but not which. */
export function createEnds(): { wait(): Promise<void>; end(count?: number): void } {
  const waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    end(count = 1) {
      for (const resolve of waiting.splice(0, count)) resolve();
    },
  };
}
