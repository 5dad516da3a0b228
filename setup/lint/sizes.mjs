/** Fails on files with more than 300 lines and folders with more than 15 files. `node setup/lint/sizes.mjs` */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CODE, files } from './files.mjs';

const MAX_LINES = 300;
const MAX_FILES = 15;
/** Generated files, and the root, where tools look for their settings. */
const EXEMPT = /^[^/]*$|(^|\/)package-lock\.json$|^(docs\/benchmarks|prometheus\/grafana)\//;

const folders = new Map();
for (const file of files().filter((one) => !EXEMPT.test(one))) {
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
