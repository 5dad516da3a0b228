/** A person who only asks what a command does gets an answer, and nothing installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder = '';
const wasAsked = () => existsSync(join(folder, 'asked'));
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-help-'));
  // the only programs on the path: all others are missing
  for (const name of ['apt-get', 'sudo'])
    writeFileSync(join(folder, name), `#!/bin/sh\n: > ${join(folder, 'asked')}\nexit 1\n`, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = (...args: string[]) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, PATH: folder } });

describe('--help of', () => {
  it.each([
    ['test', 'npm test -- '],
    ['e2e', 'npm run e2e -- '],
    ['cases', 'npm run cases -- '],
    ['images', 'npm run test:images -- '],
    ['models', 'npm run models -- '],
  ])('%s', (script, usage) => {
    const { status, stdout, stderr } = node(`setup/${script}.mjs`, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.slice(0, usage.length)).toBe(usage);
    expect(wasAsked()).toBe(false);
  });
});

it('Debian packages are installed for a command, and not for its --help', () => {
  const command = ['--input-type=module', '-e', "(await import('./setup/install.mjs')).install('start', 'e2e')", '--'];
  expect(node(...command, '--help').status).toBe(0);
  expect(wasAsked()).toBe(false);
  expect(node(...command).status).toBe(1);
  expect(wasAsked()).toBe(true);
});
