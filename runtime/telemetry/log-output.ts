import { write as writeFd, writeSync } from 'node:fs';
import { Counter } from 'prom-client';

/** Shared by all registries of the process: `createRegistry` shows it. */
export const logLinesDropped = new Counter({
  name: 'log_lines_dropped_total',
  help: 'Lines of the log that were dropped: the disk was full, or whoever reads the log too slow.',
  registers: [],
});

/** While it lasted, lines could not be written. */
export interface LogGap {
  /** ISO 8601, and the error; absent where the reader was only slow. */
  since?: string;
  why?: string;
  /** Lines. */
  dropped: number;
}

/** Where a log's lines go. pino's own destination ends the process when the disk is full, and never ends when it is full at the end. */
export interface LogOutput {
  write(line: string): void;
  /** At the end of the process: what waits, if there is room for it. */
  flushSync(): void;
}

/** What may wait to be written, bytes. Lines beyond it are dropped: a full disk must cost neither the process nor its memory. */
const MAX_WAITING = 1024 * 1024;
/** Pause before the next try where the disk is full, and where a pipe is, milliseconds. */
const FULL_DISK_MS = 1_000;
const FULL_PIPE_MS = 50;

/** @param onGap called once lines can be written again, with what was lost. */
export function createLogOutput(fd: number, onGap: (gap: LogGap) => void): LogOutput {
  let lines: string[] = [];
  /** What is being written, or could not be. */
  let current: Buffer = Buffer.alloc(0);
  /** Bytes of both. */
  let waiting = 0;
  let state: 'idle' | 'writing' | 'pausing' | 'closed' = 'idle';
  let gap: LogGap = { dropped: 0 };

  function drop(count: number): void {
    gap.dropped += count;
    logLinesDropped.inc(count);
  }

  function writeOn(): void {
    if (current.length === 0) {
      current = Buffer.from(lines.join(''));
      lines = [];
    }
    state = current.length > 0 ? 'writing' : 'idle';
    if (state === 'writing') writeFd(fd, current, 0, current.length, null, onWritten);
    else if (gap.since || gap.dropped) {
      const over = gap;
      gap = { dropped: 0 };
      setImmediate(onGap, over);
    }
  }

  function onWritten(error: NodeJS.ErrnoException | null, count: number): void {
    if (!error) {
      current = current.subarray(count);
      waiting -= count;
      writeOn();
      return;
    }
    if (error.code === 'EPIPE' || error.code === 'EBADF') {
      state = 'closed'; // nobody reads it any more
      drop(lines.length);
      lines = [];
      current = Buffer.alloc(0);
      return;
    }
    state = 'pausing';
    const full = error.code !== 'EAGAIN';
    if (full && !gap.since) gap = { ...gap, since: new Date().toISOString(), why: error.message };
    setTimeout(writeOn, full ? FULL_DISK_MS : FULL_PIPE_MS).unref();
  }

  return {
    write(line) {
      const bytes = Buffer.byteLength(line);
      if (state === 'closed' || waiting + bytes > MAX_WAITING) return drop(1);
      lines.push(line);
      waiting += bytes;
      if (state === 'idle') writeOn();
    },
    flushSync() {
      if (state === 'closed') return;
      // what is being written gets there without us
      let rest = Buffer.concat([state === 'writing' ? Buffer.alloc(0) : current, Buffer.from(lines.join(''))]);
      try {
        while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
      } catch {
        // no room for the last lines
      }
    },
  };
}
