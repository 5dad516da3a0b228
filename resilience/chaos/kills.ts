import { waitFor } from '@framewire/runtime/process';
import type { Running } from '../../bench/cpu.ts';
import type { System } from '../../bench/system.ts';

/** Something to be killed: a part, and which of its replicas. */
export interface Target {
  name: string;
  index: number;
}

/** What runs besides the parts: the start command, which is killed in its own way, and Erlang's port mapper. */
const NO_PARTS = ['start', 'epmd'];
/** How long a part may take to be there again. */
const BACK_MS = 60_000;

/** Each part that runs now, each replica by itself. */
export function listTargets(system: System): Target[] {
  const seen = new Map<string, number>();
  return system
    .processes()
    .filter(({ name }) => !NO_PARTS.includes(name))
    .map(({ name }) => {
      const index = seen.get(name) ?? 0;
      seen.set(name, index + 1);
      return { name, index };
    });
}

/** @throws Error where none of that name and number runs. */
export function pidOf(system: System, { name, index }: Target): number {
  const found = system.processes().filter((one) => one.name === name)[index];
  if (!found) throw new Error(`${name} does not run`);
  return found.pid;
}

/** `kill -9`; returns when, milliseconds since the epoch. */
export function killPart(system: System, target: Target): number {
  process.kill(pidOf(system, target), 'SIGKILL');
  return Date.now();
}

/** Resolves when as many processes run as `before`, none of them the ones that were killed. */
export async function untilReplaced(system: System, before: Running[]): Promise<void> {
  await waitFor('every part to run again', () => system.processes().filter(isAlive).length >= before.length, {
    timeout: BACK_MS,
  });
}

function isAlive({ pid }: Running): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
