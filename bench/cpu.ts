import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts a process's CPU time in these, whatever its own tick: USER_HZ. */
const TICKS_PER_SECOND = 100;

/** A process of the system and what it is called; several may share a name. */
export interface Running {
  name: string;
  pid: number;
}

/** Seconds of CPU by name. */
export type CpuTimes = Record<string, number>;

/** What each has used so far, with those of its children that have no name of their own. */
export function readCpu(processes: readonly Running[]): CpuTimes {
  const named = new Set(processes.map(({ pid }) => pid));
  const children = readChildren();
  const timeOf = (pid: number): number =>
    (children.get(pid) ?? [])
      .filter((child) => !named.has(child))
      .reduce((sum, child) => sum + timeOf(child), ownTime(pid));
  const times: CpuTimes = {};
  for (const { name, pid } of processes) times[name] = (times[name] ?? 0) + timeOf(pid);
  return times;
}

/** What was used between two readings. */
export const cpuBetween = (before: CpuTimes, after: CpuTimes): CpuTimes =>
  Object.fromEntries(Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]));

export const totalCpu = (times: CpuTimes): number => Object.values(times).reduce((sum, time) => sum + time, 0);

function ownTime(pid: number): number {
  const fields = readStat(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : 0;
}

function readChildren(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = pid > 0 ? Number(readStat(pid)?.[1]) : 0;
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

/** The fields behind the name, which may itself hold spaces and parentheses: state, parent, ... */
function readStat(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined; // it ended in between
  }
}
