/** Installs the npm packages of the lock file: those that running and building need, or those of tests as well. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Does nothing where they are there already. Once the packages of tests were installed, be it by hand, they are kept up to date too.
 * @param options `dev`: with the packages of tests and checks; `say` takes the line before it begins.
 * @returns false where npm failed and has said why.
 */
export function installNpmPackages(root, { dev, say }) {
  const stamp = join(root, 'node_modules', '.framewire-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const [had, without] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : [];
  const all = dev || (had === undefined ? hasDev(join(root, 'node_modules')) : without === undefined);
  if (had === lock && (!all || without === undefined)) return true;
  say(`installing npm packages from the lock file${all ? '' : ', without those of tests'}`);
  // by itself npm leaves those of tests out where NODE_ENV is production
  if (!runNpm(root, all ? '--include=dev' : '--omit=dev')) return false;
  removeForeignLibraries(join(root, 'node_modules'));
  writeFileSync(stamp, all ? lock : `${lock} run`);
  return true;
}

/** Whether an `npm ci` of somebody's brought the packages of tests. npm writes down what it installed. */
function hasDev(modules) {
  const list = join(modules, '.package-lock.json');
  return existsSync(list) && Object.values(JSON.parse(readFileSync(list, 'utf8')).packages).some(({ dev }) => dev);
}

/** Warnings of npm are about packages that others chose: who only wants to run this can do nothing about them. */
function runNpm(cwd, dev) {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', dev];
  const [file, ...rest] = npm ? [process.execPath, npm, ...args] : ['npm', ...args];
  // npm start gives each npm below it the log level that it has itself
  const env = { ...process.env, npm_config_loglevel: 'error', npm_config_update_notifier: 'false' };
  return spawnSync(file, rest, { cwd, stdio: 'inherit', env }).status === 0;
}

/** ONNX Runtime brings the libraries of every system and processor, five times as much as one needs. */
export function removeForeignLibraries(modules) {
  const bin = join(modules, 'onnxruntime-node', 'bin');
  for (const api of list(bin))
    for (const platform of list(join(bin, api)))
      for (const arch of list(join(bin, api, platform)))
        if (platform !== process.platform || arch !== process.arch)
          rmSync(join(bin, api, platform, arch), { recursive: true });
}

const list = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
