import { readdirSync, readFileSync } from 'node:fs';
import { sleep } from '@framewire/runtime/process';

/** Identifies a process: the kernel reuses a pid once its process has exited. */
export interface Identity {
  pid: number;
  /** When it started, in clock ticks since the boot of the machine. */
  started: string;
}

/** Undefined when there is no such process, or it has ended and only waits to be reaped. */
export function identify(pid: number): Identity | undefined {
  const fields = readStat(pid);
  return fields && fields[1] !== 'Z' ? { pid, started: fields[20] ?? '' } : undefined;
}

/** The fields of `/proc/PID/stat` from the name on: name, state, parent, ... Undefined when there is no such process. */
export function readStat(pid: number): string[] | undefined {
  try {
    // the name may itself hold spaces and parentheses
    const [, name = '', others = ''] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return [name, ...others.split(' ')];
  } catch {
    return undefined;
  }
}

/** CPU time that a process has used so far, in clock ticks of 10 ms; 0 when there is no such process. */
export function cpuTicks(pid: number): number {
  const fields = readStat(pid);
  return fields ? Number(fields[12]) + Number(fields[13]) : 0;
}

/** The pids of the children of each process on this machine. */
export function readChildren(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = Number(readStat(Number(name))?.[2]);
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
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
