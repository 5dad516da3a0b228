import type { ChildProcess } from 'node:child_process';
import { backoff } from '@framewire/runtime/process';

export interface SupervisedProcessOptions {
  name: string;
  start(): ChildProcess;
  /** Called each time one is started. */
  onStart?(child: ChildProcess): void;
  /** Called each time one exited. `how` is a phrase such as `exit code 1`; `wanted` is true if `stop` asked for it. */
  onEnd?(how: string, wanted: boolean): void;
  /** How long it may take to end after SIGTERM where `stop` does not say, milliseconds. */
  graceMs?: number;
}

/** A process that is started again when it dies. */
export interface SupervisedProcess {
  readonly name: string;
  /** The process that runs now. */
  readonly child: ChildProcess | undefined;
  /** SIGTERM, then SIGKILL after the grace (milliseconds; 0 for at once); resolves when it has exited, and it is not started again. */
  stop(graceMs?: number): Promise<void>;
}

/** After this run time a process counts as healthy: the pauses then begin at the shortest again. Milliseconds. */
const SETTLED_MS = 10_000;

/** Starts a process and replaces it whenever it ends: after 100 ms at first, then doubling to 5 s. */
export function supervise({
  name,
  start,
  onStart,
  onEnd,
  graceMs: defaultGraceMs = 15_000,
}: SupervisedProcessOptions): SupervisedProcess {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let stopping: Promise<void> | undefined;
  let onExit = () => {};

  const launch = () => {
    const startedAt = Date.now();
    let over = false;
    const end = (how: string) => {
      if (over) return;
      over = true;
      child = undefined;
      if (Date.now() - startedAt > SETTLED_MS) attempt = 0;
      if (!stopping) timer = setTimeout(launch, backoff(attempt++, 200));
      onEnd?.(how, stopping !== undefined);
      onExit();
    };
    try {
      const started = start();
      child = started;
      started.on('error', (error) => {
        // one that runs has an error too where a signal or a message does not reach it
        if (started.pid === undefined) end(error.message);
      });
      started.once('exit', (code, signal) => end(signal ? `killed by ${signal}` : `exit code ${code}`));
      onStart?.(started);
    } catch (error) {
      child?.kill('SIGKILL');
      end((error as Error).message); // no descriptor or no room for its log was left
    }
  };

  launch();
  return {
    name,
    get child() {
      return child;
    },
    stop(graceMs = defaultGraceMs) {
      stopping ??= new Promise<void>((resolve) => {
        clearTimeout(timer);
        if (!child) return resolve();
        const force = setTimeout(() => child?.kill('SIGKILL'), graceMs);
        onExit = () => {
          clearTimeout(force);
          resolve();
        };
        if (graceMs > 0) child.kill('SIGTERM');
      });
      return stopping;
    },
  };
}
