import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HELP, type Options, readOptions, UsageError } from './options.ts';
import { onParentGone } from './processes/parent.ts';
import { openRunFile, type RunFile } from './run-file.ts';
import { summary } from './summary.ts';
import { createSupervisor } from './supervisor.ts';
import { startSystem } from './system.ts';

const startedAt = performance.now();
const say = (line: string) =>
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);

/** Ends the start with one line. */
function fail(line: string): never {
  process.stderr.write(`framewire: ${line}\n`);
  process.exit(1);
}

const root = findRoot(import.meta.dirname);
let runFile: RunFile | undefined;
let ending: Promise<void> | undefined;
let exitCode = 0;
const releasers: (() => Promise<unknown>)[] = [];

/** The first call ends all in order, the second at once. */
function end(why: string): void {
  if (ending) {
    runFile?.killAll();
    process.exit(1);
  }
  say(`${why}: ending; once more ends it at once`);
  ending = (async () => {
    for (const release of releasers.reverse()) {
      await release().catch((error: Error) => say(`could not be ended: ${error.message}`));
    }
    runFile?.remove();
    say('ended');
    process.exit(exitCode);
  })();
}

async function main(options: Options): Promise<void> {
  runFile = await openRunFile(options.data, say);
  process.on('SIGINT', () => end('interrupted'));
  process.on('SIGTERM', () => end('told to end'));
  process.on('SIGHUP', () => end('the terminal is gone'));
  onParentGone(() => end('npm is gone'));
  const supervisor = createSupervisor({ data: options.data, runFile, say, onWrongSetting: endWith });
  const system = await startSystem({
    root,
    options,
    env: process.env,
    supervisor,
    say,
    onRelease: (release) => releasers.push(release),
  });
  if (!ending) process.stdout.write(summary(system, options));
}

/** Something cannot go on as it was asked for: says why and ends in order. */
function endWith(line: string): void {
  if (ending) return;
  process.stderr.write(`framewire: ${line}\n`);
  exitCode = 1;
  end('cannot start');
}

try {
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options.help) process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  const line = (error as Error).message;
  if (runFile) endWith(line);
  else fail(error instanceof UsageError ? line : `cannot start: ${line}`);
}

/** The repository: this file runs from its `dist`. */
function findRoot(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : findRoot(dirname(folder));
}
