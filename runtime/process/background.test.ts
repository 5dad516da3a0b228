import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../telemetry/metrics.ts';
import { background, backgroundFailures, type FailureLog, guarded, repeat } from './background.ts';
import { waitFor } from './wait.ts';

const failures: { err: unknown; task: string }[] = [];
const log: FailureLog = { error: (details) => failures.push(details) };
beforeEach(() => {
  failures.length = 0;
  backgroundFailures.reset();
});

describe('work in the background', () => {
  it('that fails is logged and counted, and ends nothing', async () => {
    background(Promise.reject(new Error('no room')), log, 'a test');
    await waitFor('the failure', () => failures.length === 1);
    expect(failures[0]).toMatchObject({ task: 'a test', err: new Error('no room') });
    expect(await createRegistry().metrics()).toContain('background_failures_total{task="a test"} 1');
  });

  it('that repeats goes on after a turn that throws and one that rejects, one turn at a time', async () => {
    let turns = 0;
    let running = 0;
    let most = 0;
    const stop = repeat(
      () => {
        if (++turns === 1) throw new Error('thrown');
        most = Math.max(most, ++running);
        return new Promise((_, reject) =>
          setTimeout(() => {
            running--;
            reject(new Error('rejected'));
          }, 15),
        );
      },
      5,
      log,
      'a test',
    );
    await waitFor('three failures', () => failures.length >= 3);
    stop();
    expect(most).toBe(1);
  });
});

describe('a guarded callback', () => {
  const fail = () => {
    throw new Error('broken');
  };

  it('that throws, or whose promise rejects, is logged and counted, and ends nothing', async () => {
    guarded(fail, log, 'a callback')();
    guarded(async () => fail(), log, 'an async callback')();
    await waitFor('the failures', () => failures.filter(({ task }) => task.endsWith('callback')).length === 2);
    const metrics = await createRegistry().metrics();
    for (const what of ['a callback', 'an async callback'])
      expect(metrics).toContain(`background_failures_total{task="${what}"} 1`);
  });

  it('gets its arguments', () => {
    const got: unknown[] = [];
    guarded((...args: number[]) => got.push(...args), log, 'a callback')(1, 2);
    expect(got).toEqual([1, 2]);
  });
});

describe('the lint', () => {
  const BODIES = {
    'no promise': '',
    'a floating promise': 'work();',
    'a bare void': 'void work();',
    'a void in a callback': 'setTimeout(() => void work(), 1);',
    'an async listener': "process.on('message', async () => {\n  await work();\n});",
  };
  let folder: string;
  let refused: Set<string>;
  beforeAll(() => {
    folder = mkdtempSync('runtime/lint-');
    for (const [what, body] of Object.entries(BODIES)) {
      const program = `async function work(): Promise<void> {}\nawait work();\n${body}\nexport const probe = 1;\n`;
      writeFileSync(join(folder, `${what}.ts`), program);
    }
    const options = ['--error-on-warnings', '--max-diagnostics=none', '--reporter=json'];
    const { stdout } = spawnSync('node_modules/.bin/biome', ['lint', ...options, folder], { encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] };
    refused = new Set(diagnostics.map(({ location }) => basename(location.path, '.ts')));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(BODIES))('of a program with %s', (what) => {
    expect(refused.has(what)).toBe(what !== 'no promise');
  });
});
