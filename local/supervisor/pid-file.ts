import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, writeFileAtomicSync } from '@framewire/runtime/process';
import { z } from 'zod';
import { UsageError } from '../options.ts';
import { endProcess, type Identity, identify, isRunning } from './process-identity.ts';

const identity = z.object({ pid: z.int().positive(), started: z.string() });
const entry = identity.extend({
  name: z.string(),
  /** A part drains once this process has exited; a program may need a signal. */
  kind: z.enum(['part', 'program']),
});
type Entry = z.infer<typeof entry>;

const run = z.object({ main: identity, processes: z.array(entry) });
type Run = z.infer<typeof run>;

/** The processes that run for a data folder, on disk: the next start finds what a killed one left behind. */
export interface PidFile {
  add(name: string, kind: Entry['kind'], pid: number | undefined): void;
  /** Those of this name that run now. */
  running(name: string): Identity[];
  /** @param listener called for each that is added from now on. */
  onAdd(listener: (name: string, pid: number) => void): void;
  remove(): void;
  /** Ends all of them by force. */
  killAll(): void;
}

/** How long a part that lost its parent may go on draining. */
const DRAIN_MS = 30_000;

/**
 * Takes the folder for this process. What an earlier start left behind, since it was killed, is given time to end and is then
 * ended: two brokers on one folder would harm it.
 * @throws UsageError when the system runs already on this folder.
 */
export async function openPidFile(data: string, say: (line: string) => void): Promise<PidFile> {
  const file = join(data, 'run.json');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const earlier = read(file);
  if (earlier && earlier.main.pid !== process.pid && isRunning(earlier.main))
    throw new UsageError(`framewire already runs here (pid ${earlier.main.pid}, data in ${data})`);
  const left = earlier?.processes.filter(isRunning) ?? [];
  if (left.length) {
    say(`ending what the last start left behind: ${left.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`);
    await Promise.all(left.map(endLeftover));
  }
  const current: Run = { main: identify(process.pid) as Identity, processes: [] };
  const listeners: ((name: string, pid: number) => void)[] = [];
  write(file, current);
  return {
    running: (name) => current.processes.filter((entry) => entry.name === name && isRunning(entry)),
    onAdd(listener) {
      listeners.push(listener);
    },
    add(name, kind, pid) {
      const identity = pid === undefined ? undefined : identify(pid);
      if (!identity) return;
      current.processes = [...current.processes.filter(isRunning), { name, kind, ...identity }];
      try {
        write(file, current);
      } catch (error) {
        say(`${file} could not be written: ${(error as Error).message}`); // a full disk must not end what runs
      }
      for (const listener of listeners) listener(name, identity.pid);
    },
    remove: () => rmSync(file, { force: true }),
    killAll() {
      for (const entry of current.processes) kill(entry);
    },
  };
}

function kill(entry: Entry): void {
  try {
    if (isRunning(entry)) process.kill(entry.pid, 'SIGKILL');
  } catch {
    // it ended in between
  }
}

async function endLeftover(entry: Entry): Promise<void> {
  if (entry.kind === 'part')
    for (const end = Date.now() + DRAIN_MS; isRunning(entry) && Date.now() < end; ) await sleep(50);
  await endProcess(entry, DRAIN_MS);
}

function read(file: string): Run | undefined {
  try {
    return run.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // no start yet, or it is damaged: then nothing is known of an earlier one
    return undefined;
  }
}

const write = (file: string, run: Run): void => writeFileAtomicSync(file, JSON.stringify(run, null, 2));
