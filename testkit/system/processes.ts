import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, identify, isRunning } from '../../local/supervisor/process-identity.ts';

/** The process that the system runs under this name now; the newest where there are several. @throws Error when there is none. */
export function processOf(data: string, name: string): Identity {
  const found = processesOf(data, name).at(-1);
  if (!found) throw new Error(`no process ${name} runs`);
  return found;
}

export function processesOf(data: string, name: string): Identity[] {
  const { processes } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as {
    processes: (Identity & { name: string })[];
  };
  return processes.filter((entry) => entry.name === name && isRunning(entry));
}

/** A process and all that it and its children started. */
export function familyOf(pid: number): Identity[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
  }
  const family = [pid];
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family.flatMap((member) => identify(member) ?? []);
}

function parentOf(pid: number): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return 0; // it ended in between
  }
}
