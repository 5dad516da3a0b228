import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, identify, isRunning, readChildren } from '../../local/supervisor/process-identity.ts';

/** A process of a system and the name of its part; replicas share a name. */
export interface NamedProcess extends Identity {
  name: string;
}

/** All processes that run for a system now; the start command is called `start`. */
export function listProcesses(data: string): NamedProcess[] {
  const { main, processes } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as {
    main: Identity;
    processes: NamedProcess[];
  };
  return [{ ...main, name: 'start' }, ...processes].filter(isRunning);
}

/** @param data the system's folder. */
export const processesOf = (data: string, name: string): NamedProcess[] =>
  listProcesses(data).filter((process) => process.name === name);

/** The newest process of this name. @throws Error when there is none. */
export function processOf(data: string, name: string): NamedProcess {
  const found = processesOf(data, name).at(-1);
  if (!found) throw new Error(`no process ${name} runs`);
  return found;
}

/** Sends SIGSTOP. @returns what sends SIGCONT to those that still run. */
export function stopProcesses(processes: Identity[]): () => void {
  if (processes.length === 0) throw new Error('there is no such process');
  for (const { pid } of processes) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const stopped of processes) if (isRunning(stopped)) process.kill(stopped.pid, 'SIGCONT');
  };
}

/** A process and all that it and its children started. */
export function familyOf(pid: number): Identity[] {
  const children = readChildren();
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family.flatMap((member) => identify(member) ?? []);
}

/** Resident memory, bytes; undefined where the process has ended. */
export function residentBytes(pid: number): number | undefined {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? undefined : 1024 * Number(kb);
  } catch {
    return undefined;
  }
}
