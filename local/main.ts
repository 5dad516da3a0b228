import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { background } from '@framewire/runtime/process';
import { VERSION } from '@framewire/runtime/telemetry';
import { guardEnv } from './access.ts';
import { closeDataFolder } from './data-folder.ts';
import { isJournal, withoutPasswords } from './journal.ts';
import { HELP, type Options, readOptions, UsageError } from './options.ts';
import { summary } from './summary.ts';
import { sayFailures } from './supervisor/failure-log.ts';
import { onParentExit } from './supervisor/parent-watch.ts';
import { openPidFile, type PidFile } from './supervisor/pid-file.ts';
import { createSupervisor } from './supervisor/supervisor.ts';
import { startSystem } from './system.ts';

const startedAt = performance.now();
/** The reader may have exited, or the disk may be full: neither ends the system. */
const say = (line: string) => {
  try {
    process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
  } catch {
    // a file is written to at once
  }
};
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** Ends the start with one line. */
function fail(line: string): never {
  process.stderr.write(`framewire: ${line}\n`);
  process.exit(1);
}

const root = findRoot(import.meta.dirname);
let pidFile: PidFile | undefined;
const ending = new AbortController();
let exitCode = 0;
const releasers: (() => Promise<unknown>)[] = [];

/** A signal within this of the first is the same one: a terminal sends Ctrl-C to us and to npm, which passes it on. Milliseconds. */
const SAME_SIGNAL_MS = 1_000;
let endingSince = 0;

/** The first call ends all in order, a later one at once. */
function end(why: string): void {
  if (ending.signal.aborted) {
    if (performance.now() - endingSince < SAME_SIGNAL_MS) return;
    pidFile?.killAll();
    process.exit(1);
  }
  endingSince = performance.now();
  say(`${why}: ending; once more ends it at once`);
  ending.abort();
  background(release(), sayFailures(say), 'ending');
}

async function release(): Promise<void> {
  for (const release of releasers.reverse()) {
    await release().catch((error: Error) => say(`could not be ended: ${error.message}`));
  }
  pidFile?.remove();
  say('ended');
  process.exit(exitCode);
}

async function main(options: Options): Promise<void> {
  closeDataFolder(options.data);
  pidFile = await openPidFile(options.data, say);
  process.on('SIGINT', () => end('interrupted'));
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGHUP', () => end('the terminal was closed'));
  onParentExit(() => end('npm has exited'));
  const supervisor = createSupervisor({
    data: options.data,
    env: guardEnv(options.access),
    pidFile,
    say,
    onWrongSetting: endWith,
  });
  const system = await startSystem({
    root,
    options,
    env: process.env,
    supervisor,
    pidFile,
    say,
    signal: ending.signal,
    onRelease: (release) => releasers.push(release),
  });
  if (ending.signal.aborted) return;
  const text = summary(system, options);
  process.stdout.write(isJournal(process.env) ? withoutPasswords(text, system.secrets) : text);
}

/** Something cannot go on as it was asked for: says why and ends in order. */
function endWith(line: string): void {
  if (ending.signal.aborted) return;
  process.stderr.write(`framewire: ${line}\n`);
  exitCode = 1;
  end('cannot start');
}

try {
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd(), process.env);
  if (options.help) process.stdout.write(HELP);
  else if (options.version) process.stdout.write(`framewire ${VERSION}\n`);
  else await main(options);
} catch (error) {
  const line = (error as Error).message;
  if (releasers.length) endWith(line);
  else {
    pidFile?.remove();
    fail(error instanceof UsageError ? line : `cannot start: ${line}`);
  }
}

/** The repository: this file runs from its `dist`. */
function findRoot(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : findRoot(dirname(folder));
}
