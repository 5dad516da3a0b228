/** Builds every part into its `dist/`: one bundle a process with our own folders inside and npm packages outside; the dashboard by Vite. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { install, root, say } from './install.mjs';

/** What is bundled, each into its own `dist/`. */
export const PARTS = [
  'functions/ingest-frame',
  'functions/detect-faces',
  'functions/results-ws',
  'functions/sightings',
  'functions/track-objects',
  'connectors/rabbitmq',
  'connectors/camera',
  'deploy/topology',
  'local',
];
/** A file at one of these paths is a program of its own. */
const ENTRIES = ['main.ts', 'worker.ts', 'gateway/main.ts', 'functions/hosted.ts', 'cli/scale.ts', 'cli/health.ts'];

/** What a command begins with: installs what it needs and builds what has changed. @param purposes as `install` takes them. */
export async function prepare(...purposes) {
  install(...purposes);
  await build();
}

async function build({ force = false } = {}) {
  await once('parts', ['contract', 'runtime', ...PARTS, 'setup'], PARTS, force, buildParts);
  await once('dashboard', ['contract', 'dashboard'], ['dashboard'], force, buildDashboard);
}

async function buildParts() {
  say('building the parts');
  await Promise.all(
    PARTS.map((part) =>
      bundle(
        part,
        ENTRIES.filter((file) => existsSync(join(part, file))),
      ),
    ),
  );
}

/** Each of these files of a folder as one bundle in its `dist/`. */
export async function bundle(folder, files) {
  const { build: esbuild } = await import('esbuild');
  await esbuild({
    entryPoints: files.map((file) => join(folder, file)),
    outdir: join(folder, 'dist'),
    outbase: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    packages: 'external',
    alias: {
      '@framewire/contract': './contract',
      '@framewire/runtime': './runtime',
      '@framewire/testkit': './testkit',
    },
    logLevel: 'warning',
  });
}

async function buildDashboard() {
  say('building the dashboard');
  const { build: vite } = await import('vite');
  const { NODE_ENV } = process.env;
  await vite({ root: join(root, 'dashboard'), logLevel: 'warn' });
  // Vite sets it for this process as well, and what is started next would inherit it, the first time only
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
}

/** Runs `work` unless the files in `folders` are as they were the last time, and what was built is there. */
async function once(name, folders, built, force, work) {
  const stamp = join('node_modules', '.cache', 'framewire', `${name}.built`);
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const file of folders.flatMap(sources)) hash.update(file).update(readFileSync(file));
  const now = hash.digest('hex');
  const isThere = built.every((folder) => existsSync(join(folder, 'dist')));
  if (!force && isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

function sources(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist' || name.endsWith('.test.ts')) return [];
    return statSync(path).isDirectory() ? sources(path) : [path];
  });
}

if (process.argv[1] === import.meta.filename) {
  install();
  await build({ force: true });
}
