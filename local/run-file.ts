import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '@framewire/runtime';
import { UsageError } from './options.ts';
import { endProcess, type Identity, identify, isRunning } from './processes/identity.ts';
import { writeWhole } from './whole-file.ts';

interface Entry extends Identity {
  name: string;
  /** A part drains by itself once we are gone; a program may have to be told. */
  kind: 'part' | 'program';
}

interface Run {
  main: Identity;
  processes: Entry[];
}

/** Which processes run for a folder of data, on disk: what a start that was killed left behind is found again. */
export interface RunFile {
  add(name: string, kind: Entry['kind'], pid: number | undefined): void;
  /** Those of this name that run now. */
  running(name: string): Identity[];
  /** @param listener told of each that is added from now on. */
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
export async function openRunFile(data: string, say: (line: string) => void): Promise<RunFile> {
  const file = join(data, 'run.json');
  mkdirSync(data, { recursive: true });
  const earlier = read(file);
  if (earlier && earlier.main.pid !== process.pid && isRunning(earlier.main))
    throw new UsageError(`framewire already runs here (pid ${earlier.main.pid}, data in ${data})`);
  const left = earlier?.processes.filter(isRunning) ?? [];
  if (left.length) {
    say(`ending what the last start left behind: ${left.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`);
    await Promise.all(left.map(endLeftover));
  }
  const run: Run = { main: identify(process.pid) as Identity, processes: [] };
  const listeners: ((name: string, pid: number) => void)[] = [];
  write(file, run);
  return {
    running: (name) => run.processes.filter((entry) => entry.name === name && isRunning(entry)),
    onAdd(listener) {
      listeners.push(listener);
    },
    add(name, kind, pid) {
      const identity = pid === undefined ? undefined : identify(pid);
      if (!identity) return;
      run.processes = [...run.processes.filter(isRunning), { name, kind, ...identity }];
      try {
        write(file, run);
      } catch (error) {
        say(`${file} could not be written: ${(error as Error).message}`); // a full disk must not end what runs
      }
      for (const listener of listeners) listener(name, identity.pid);
    },
    remove: () => rmSync(file, { force: true }),
    killAll() {
      for (const entry of run.processes) if (isRunning(entry)) process.kill(entry.pid, 'SIGKILL');
    },
  };
}

async function endLeftover(entry: Entry): Promise<void> {
  if (entry.kind === 'part')
    for (const end = Date.now() + DRAIN_MS; isRunning(entry) && Date.now() < end; ) await sleep(50);
  await endProcess(entry, DRAIN_MS);
}

function read(file: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run;
  } catch {
    // no start yet, or one that was cut off while it wrote
    return undefined;
  }
}

function write(file: string, run: Run): void {
  writeWhole(file, JSON.stringify(run, null, 2));
}
