import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitCredentials } from '@framewire/runtime/http';
import { type FailureLog, sleep } from '@framewire/runtime/process';
import { sayFailures } from './failure-log.ts';
import { forkPart, telemetryEnv } from './fork.ts';
import type { PidFile } from './pid-file.ts';
import { baseEnv, type Program, rotateLog, startProgram } from './spawn.ts';
import { type SupervisedProcess, supervise } from './supervised-process.ts';

/** Starts processes, keeps them running and remembers them on disk. */
export interface Supervisor {
  /** One of ours. `log` is the name of its log file where several share one. */
  part(name: string, options: PartOptions): SupervisedProcess;
  program(name: string, program: Omit<Program, 'log'>): SupervisedProcess;
  logFile(name: string): string;
  /** For processes that are kept by someone else. */
  started(name: string, child: ChildProcess): void;
  died(name: string, how: string): void;
  /** For work in the background. */
  readonly log: FailureLog;
}

export interface PartOptions {
  /** Its built `main.js`. */
  file: string;
  args?: string[];
  /** Asked for at each start. */
  env(): Record<string, string>;
  log?: string;
  /** Unless false, a wrong setting of this part ends the system with its line; otherwise the line is printed once, and it is tried again. */
  required?: boolean;
  onStart?(child: ChildProcess): void;
  onEnd?(): void;
}

/** The exit code of a part that was given a wrong setting. */
const WRONG_SETTING = 'exit code 2';
/** What a part may take to finish what it holds; the supervisor waits a little longer before it forces. */
const DRAIN_MS = 15_000;

/** @param onWrongSetting takes one line when a part refuses its settings: that part is not started again. */
export function createSupervisor(options: {
  data: string;
  /** Environment of every part, unless its own says otherwise. */
  env?: Record<string, string>;
  pidFile: PidFile;
  say(line: string): void;
  onWrongSetting(line: string): void;
}): Supervisor {
  const { data, env: common, pidFile, say, onWrongSetting } = options;
  const rotated = new Set<string>();
  const logFile = (name: string) => {
    const file = join(data, 'logs', `${name}.log`);
    if (!rotated.has(name)) rotateLog(file);
    rotated.add(name);
    return file;
  };
  const died = (name: string, how: string) => say(`${name} ended (${how}) and is started again`);

  return {
    log: sayFailures(say),
    logFile,
    died,
    started: (name, child) => pidFile.add(name, 'program', child.pid),
    part(name, { file, args, env, log = name, required = true, onStart, onEnd }) {
      const output = logFile(log);
      let printed: string | undefined;
      return supervise({
        name,
        start: () =>
          forkPart({
            file,
            args,
            env: { ...baseEnv(), ...telemetryEnv(), HOSTNAME: name, DRAIN_MS: `${DRAIN_MS}`, ...common, ...env() },
            log: output,
          }),
        onStart(child) {
          pidFile.add(name, 'part', child.pid);
          onStart?.(child);
        },
        onEnd(how, wanted) {
          onEnd?.();
          if (wanted) return;
          if (how !== WRONG_SETTING) return died(name, how);
          const line = lastLine(output);
          if (required) return onWrongSetting(line);
          if (line !== printed) say(`${name} does not run, and is tried again: ${line}`);
          printed = line;
        },
        graceMs: DRAIN_MS + 2_000,
      });
    },
    program(name, program) {
      const log = logFile(name);
      return supervise({
        name,
        start: () => startProgram({ ...program, log }),
        onStart: (child) => pidFile.add(name, 'program', child.pid),
        onEnd: (how, wanted) => wanted || died(name, how),
      });
    },
  };
}

/** True once a function says so under OpenFaaS's name for it; false when it is no longer wanted. */
export async function untilReady(port: number, stillWanted: () => boolean): Promise<boolean> {
  while (stillWanted()) {
    if (await answers(`http://127.0.0.1:${port}/_/ready`)) return true;
    await sleep(100);
  }
  return false;
}

/** Whether a 2xx comes from there now. The address may hold a user and a password. */
export async function answers(address: string): Promise<boolean> {
  try {
    const { url, headers } = splitCredentials(address);
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** What a part said last; that it said nothing where its log is not to be had, as on a full disk. */
function lastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  } catch (error) {
    return `a part refuses its settings, and ${(error as Error).message}`;
  }
}
