import { cpuTicks, readChildren } from '../../local/supervisor/process-identity.ts';

/** The kernel counts a process's CPU time in these, whatever its own tick: USER_HZ. */
const TICKS_PER_SECOND = 100;

/** A process and the name of its part; several may share a name. */
export interface NamedPid {
  name: string;
  pid: number;
}

/** Seconds of CPU by name. */
export type CpuTimes = Record<string, number>;

/** What each has used so far, with those of its children that have no name of their own. */
export function readCpu(processes: readonly NamedPid[]): CpuTimes {
  const named = new Set(processes.map(({ pid }) => pid));
  const children = readChildren();
  const timeOf = (pid: number): number =>
    (children.get(pid) ?? [])
      .filter((child) => !named.has(child))
      .reduce((sum, child) => sum + timeOf(child), cpuTicks(pid) / TICKS_PER_SECOND);
  const times: CpuTimes = {};
  for (const { name, pid } of processes) times[name] = (times[name] ?? 0) + timeOf(pid);
  return times;
}

/** What was used between two readings. */
export const cpuBetween = (before: CpuTimes, after: CpuTimes): CpuTimes =>
  Object.fromEntries(Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]));

export const totalCpu = (times: CpuTimes): number => Object.values(times).reduce((sum, time) => sum + time, 0);
