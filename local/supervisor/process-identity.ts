import { readFileSync } from 'node:fs';
import { sleep } from '@framewire/runtime/process';

/** Identifies a process: the kernel reuses a pid once its process has exited. */
export interface Identity {
  pid: number;
  /** When it started, in clock ticks since the boot of the machine. */
  started: string;
}

/** Undefined when there is no such process, or it has ended and only waits to be reaped. */
export function identify(pid: number): Identity | undefined {
  try {
    // the name in parentheses may itself hold spaces and parentheses
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : { pid, started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export const isRunning = ({ pid, started }: Identity): boolean => identify(pid)?.started === started;

/** How long a process may outlive SIGKILL, milliseconds: one that the kernel holds in a call to a dead disk ends when that does. */
const KILL_MS = 30_000;

/**
 * Waits for a process that is not our child to end, and ends it by force after `graceMs`.
 * @throws Error that names it, where that does not end it either.
 */
export async function endProcess(process: Identity, graceMs: number): Promise<void> {
  signal(process, 'SIGTERM');
  for (const end = Date.now() + graceMs; isRunning(process) && Date.now() < end; ) await sleep(50);
  signal(process, 'SIGKILL');
  for (const end = Date.now() + KILL_MS; isRunning(process); await sleep(20))
    if (Date.now() > end) throw new Error(`pid ${process.pid} cannot be ended: the kernel holds it`);
}

function signal(identity: Identity, name: NodeJS.Signals): void {
  try {
    if (isRunning(identity)) process.kill(identity.pid, name);
  } catch {
    // it ended in between
  }
}
