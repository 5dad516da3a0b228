/** Fails on files with more than 300 lines and folders with more than 15 files. `node setup/lint/sizes.mjs` */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_LINES = 300;
const MAX_FILES = 15;
const CODE = /\.(ts|svelte|mjs|cjs|js)$/;
/** Generated files, and the root, where tools look for their settings. */
const EXEMPT = /^[^/]*$|(^|\/)package-lock\.json$|^(docs\/benchmarks|prometheus\/grafana)\//;

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => !EXEMPT.test(file) && existsSync(file));
const folders = new Map();
for (const file of files) {
  folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
  if (!CODE.test(file)) continue;
  const lines = readFileSync(file, 'utf8').split('\n').length - 1;
  if (lines > MAX_LINES) report(`${file}: ${lines} lines, at most ${MAX_LINES}`);
}
for (const [folder, count] of folders) if (count > MAX_FILES) report(`${folder}: ${count} files, at most ${MAX_FILES}`);

function report(problem) {
  console.error(problem);
  process.exitCode = 1;
}
