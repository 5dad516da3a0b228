import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findProgram } from '../supervisor/spawn.ts';

const files = (folder: string) => readdirSync(`prometheus/${folder}`).sort();
const rules = files('rules');
const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

it.skipIf(!findProgram('promtool')).each(rules)(
  '%s does what its unit tests say (needs promtool)',
  (file) => {
    const tests = `prometheus/tests/${file.replace(/\.yml$/, '.test.yml')}`;
    const { status, said } = run('promtool', 'test', 'rules', tests);
    expect(said).toContain('SUCCESS');
    expect(status, said).toBe(0);
  },
  120_000,
);

it('every rule file has its unit tests, and every test file its rules', () => {
  expect(files('tests')).toEqual(rules.map((file) => file.replace(/\.yml$/, '.test.yml')));
});
