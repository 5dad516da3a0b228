/**
 * Copies what the image runs: the built parts, and the npm packages that they need while they run.
 * usage: node deploy/container/ship.mjs OUT
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { PARTS } from '../../setup/build.mjs';
import { removeForeignLibraries } from '../../setup/install/npm-packages.mjs';

const [out] = process.argv.slice(2);
/** Read as they are. A function that comes by --stack is compiled against the template, contract and runtime. */
const AS_IT_IS = [
  'package.json',
  'package-lock.json',
  'LICENSE',
  'stack.yml',
  'prometheus',
  'template',
  'contract',
  'runtime',
];

// the page is built: what built it is not needed again
const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
const workspaces = PARTS.flatMap((part) => ['--workspace', part]);
const { status } = spawnSync('npm', [...args, ...workspaces], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
removeForeignLibraries('node_modules');

for (const path of AS_IT_IS) copy(path);
for (const part of [...PARTS, 'dashboard']) copy(join(part, 'dist'));
for (const part of PARTS) copy(join(part, 'package.json'));
copy('setup/models');
copy('setup/models.mjs');
// types, source maps and C++ are half of what packages weigh
copy('node_modules', (path) => !/(\/\.bin|\.[cm]?ts|\.map|\/node-gyp|\/opencv4nodejs\/cc)$/.test(path));

function copy(path, filter = (file) => !file.endsWith('/node_modules')) {
  if (!existsSync(path)) throw new Error(`${path} is missing: it is not built`);
  cpSync(path, join(out, path), { recursive: true, verbatimSymlinks: true, filter });
}
