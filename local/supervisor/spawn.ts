import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** A program from outside, found on the machine. */
export interface Program {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** File that takes its output. */
  log: string;
}

/** The path of a command, or undefined where it is not installed. */
export function findProgram(command: string): string | undefined {
  const folders = isAbsolute(command) ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts it in a process group of its own, so that Ctrl-C in a terminal reaches us alone and we end things in order. Where setpriv is
 * there, the kernel ends it when we are killed.
 */
export function startProgram({ command, args, env, log }: Program): ChildProcess {
  const setpriv = findProgram('setpriv');
  const [first, ...rest] = setpriv ? [setpriv, '--pdeathsig', 'TERM', command, ...args] : [command, ...args];
  const output = openLog(log);
  try {
    return spawn(first as string, rest, { env, detached: true, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

/** Opened to append: a process that is replaced writes on in the same file. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a');
}

/** Keeps one earlier log: `x.log` becomes `x.log.1`. */
export function rotateLog(file: string): void {
  rmSync(`${file}.1`, { force: true });
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // the first start
  }
}

/** What every program gets of our environment where it is set; the rest is said explicitly. */
const PASSED_ON = ['TZ', 'TMPDIR', 'NODE_OPTIONS', 'LOG_LEVEL'];

export function baseEnv(): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8' } = process.env;
  const passed = PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { PATH, LANG, ...Object.fromEntries(passed) };
}
