import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const program = new URL('npm-packages.mjs', import.meta.url).href;
let root: string;
const write = (path: string, content: object | string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const BINARIES = ['darwin/arm64', 'linux/arm64', 'linux/x64', 'win32/x64'];

/** A project that needs nothing from a registry: a package that runs, and one that only tests need and wants another Node. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'framewire-npm-'));
  write('onnxruntime-node/package.json', { name: 'onnxruntime-node', version: '1.0.0' });
  for (const name of BINARIES) write(`onnxruntime-node/bin/napi-v6/${name}/library.so`, name);
  write('tests-only/package.json', { name: 'tests-only', version: '1.0.0', engines: { node: '>=99' } });
  release('1');
});
afterEach(() => rmSync(root, { recursive: true }));

/** Another version of the project has another lock file. */
function release(version: string) {
  const pack = (name: string) => {
    const done = spawnSync('npm', ['pack', '--silent', `./${name}`], { cwd: root, encoding: 'utf8' });
    return `file:${done.stdout.trim()}`;
  };
  write('package.json', {
    name: 'project',
    version: `${version}.0.0`,
    private: true,
    dependencies: { 'onnxruntime-node': pack('onnxruntime-node') },
    devDependencies: { 'tests-only': pack('tests-only') },
  });
  const args = ['install', '--package-lock-only', '--offline', '--silent'];
  expect(spawnSync('npm', args, { cwd: root }).status).toBe(0);
}

/** In a process of its own, since npm writes to the terminal. */
function install(dev: boolean) {
  const code = `import { installNpmPackages } from '${program}';
    process.exitCode = installNpmPackages(${JSON.stringify(root)}, { dev: ${dev}, say: (line) => console.log(line) }) ? 0 : 1;`;
  const env = { ...process.env, NODE_ENV: 'production', npm_config_offline: 'true', npm_config_loglevel: 'notice' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    env,
    encoding: 'utf8',
  });
  const has = (path: string) => existsSync(join(root, 'node_modules', path));
  return { status, said: stdout + stderr, runs: has('onnxruntime-node'), tests: has('tests-only') };
}

it('who only runs it gets no packages of tests and no warning, and is asked to wait once', () => {
  const first = install(false);
  expect(first).toMatchObject({ status: 0, runs: true, tests: false });
  expect(first.said).toContain('installing npm packages from the lock file, without those of tests\n');
  expect(first.said).not.toMatch(/warn/i);
  expect(install(false)).toMatchObject({ status: 0, said: '' });
}, 120_000);

it('tests add theirs, and from then on they are kept up to date', () => {
  expect(install(false).tests).toBe(false);
  const tests = install(true);
  expect(tests).toMatchObject({ status: 0, runs: true, tests: true });
  expect(tests.said).not.toMatch(/warn/i);
  expect(install(false)).toMatchObject({ said: '', tests: true });
  release('2');
  expect(install(false)).toMatchObject({ runs: true, tests: true });
}, 120_000);

it('packages of tests that were installed by hand stay', () => {
  expect(spawnSync('npm', ['ci', '--offline', '--silent', '--include=dev'], { cwd: root }).status).toBe(0);
  expect(install(false)).toMatchObject({ status: 0, runs: true, tests: true });
}, 120_000);

it('only the libraries of this system and processor stay', () => {
  install(false);
  const bin = join(root, 'node_modules/onnxruntime-node/bin/napi-v6');
  const left = readdirSync(bin).flatMap((platform) =>
    readdirSync(join(bin, platform)).map((arch) => `${platform}/${arch}`),
  );
  expect(left).toEqual(BINARIES.filter((name) => name === `${process.platform}/${process.arch}`));
}, 120_000);

it('says that npm failed', () => {
  write('package-lock.json', '{}');
  expect(install(false)).toMatchObject({ status: 1, runs: false });
}, 120_000);
