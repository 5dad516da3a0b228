/** Brings what a command needs: npm packages from the lock file, Debian packages from the one list. Plain JavaScript: it runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNpmPackages } from './install/npm-packages.mjs';
import { PACKAGES } from './packages.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const ASKS = ['--help', '--version'];

/** Ends with one line on what is missing. */
export function fail(line) {
  process.stderr.write(`framewire: ${line}\n`);
  process.exit(1);
}

/**
 * Npm packages of tests come with any purpose but start.
 * @param purposes any of start, test, e2e, bench. Nobody who only asks what a command does gets Debian packages for it.
 */
export function install(...purposes) {
  checkNode();
  const dev = purposes.some((purpose) => purpose !== 'start');
  if (!installNpmPackages(root, { dev, say })) fail('npm ci failed: see above');
  if (!ASKS.some((option) => process.argv.includes(option))) installDebianPackages(purposes);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old; it takes 20.19 or newer`);
}

function installDebianPackages(purposes) {
  const missing = PACKAGES.filter(
    (entry) =>
      entry.for.some((purpose) => purposes.includes(purpose)) &&
      !process.env[entry.instead ?? ''] &&
      !find(entry.command),
  );
  if (missing.length === 0) return;
  const names = [...new Set(missing.map((entry) => entry.debian))];
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  const rootUser = process.getuid?.() === 0;
  const sudo = rootUser ? [] : ['sudo', '-n'];
  if (!find('apt-get')) fail(`these programs are missing: ${missing.map((entry) => entry.command).join(', ')}`);
  if (!rootUser && spawnSync('sudo', ['-n', 'true']).status !== 0)
    fail(`Debian packages are missing; install them with: sudo ${command}`);
  say(`installing Debian packages: ${names.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (line) => {
    const [program, ...args] = [...sudo, ...line.split(' ')];
    return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
  };
  run('apt-get -qq update');
  if (!run(command.replace('install', '-q install')))
    fail(`apt-get failed; try it by hand: ${rootUser ? '' : 'sudo '}${command}`);
}

export const say = (line) => process.stdout.write(`framewire: ${line}\n`);

function find(command) {
  if (isAbsolute(command)) return existsSync(command);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}
