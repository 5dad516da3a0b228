import { waitFor } from '@framewire/runtime/process';
import { listProcesses, type NamedProcess, processesOf } from '../../testkit/system/processes.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';

/** A part, and which of its replicas. */
export interface Target {
  name: string;
  index: number;
}

/** What runs besides the parts: the start command, which is killed in its own way, and Erlang's port mapper. */
const NO_PARTS = ['start', 'epmd'];
/** How long a part may take to run again, milliseconds. */
const BACK_MS = 60_000;

/** Each part that runs now, each replica by itself. @param only names of parts; all where there are none. */
export function listTargets({ data }: SystemInfo, only: string[]): Target[] {
  const counts = new Map<string, number>();
  return listProcesses(data)
    .filter(({ name }) => !NO_PARTS.includes(name) && (only.length === 0 || only.includes(name)))
    .map(({ name }) => {
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      return { name, index };
    });
}

/** @throws Error where none of that name and index runs. */
export function processOfTarget({ data }: SystemInfo, { name, index }: Target): NamedProcess {
  const found = processesOf(data, name)[index];
  if (!found) throw new Error(`${name} does not run`);
  return found;
}

/** Sends SIGKILL; returns when, milliseconds since the epoch. */
export function killPart(system: SystemInfo, target: Target): number {
  process.kill(processOfTarget(system, target).pid, 'SIGKILL');
  return Date.now();
}

/** Resolves once as many processes run as before. */
export async function untilReplaced({ data }: SystemInfo, before: NamedProcess[]): Promise<void> {
  await waitFor('every part to run again', () => listProcesses(data).length >= before.length, { timeout: BACK_MS });
}
