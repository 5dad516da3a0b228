import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

/** Runs a script (`*.mjs`) or a program of node_modules with our output; gives its exit code. */
export function run(program, args, env = {}) {
  const command = program.endsWith('.mjs') ? [process.execPath, program] : [`node_modules/.bin/${program}`];
  const [file, ...rest] = [...command, ...args];
  return spawnSync(file, rest, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

const REPORTS = 'node_modules/.cache/framewire';

/** Runs Vitest; gives its exit code and what it counted. */
export function vitest(name, args, env) {
  mkdirSync(REPORTS, { recursive: true });
  const report = `${REPORTS}/${name}.json`;
  rmSync(report, { force: true });
  const code = run(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    env,
  );
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { code, passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { code, passed: 0, failed: 1, skipped: 0 };
  }
}

/** Closes with the one line that says how it went, and the exit code. */
export function close(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const failed = sum('failed') || (results.some((result) => result.code !== 0) ? 1 : 0);
  process.stdout.write(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped\n`);
  process.exitCode = failed ? 1 : 0;
}
