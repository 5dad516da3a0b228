import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram, type TestProgram } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../process/wait.ts';

/** Logs a line of 1 kB every 2 ms, and tells its parent how many were dropped. */
const PROGRAM = `
import { runProcess } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
runProcess('probe', async ({ log, onRelease }) => {
  const registry = createRegistry();
  let n = 0;
  const timer = setInterval(() => log.info({ n: n++ }, 'x'.repeat(1000)), 2);
  const telling = setInterval(async () => {
    const [{ value }] = (await registry.getSingleMetric('log_lines_dropped_total').get()).values;
    process.send?.({ n, dropped: value }, () => {});
  }, 50);
  onRelease('the timers', () => { clearInterval(timer); clearInterval(telling); });
});`;

const folder = mkdtempSync(join(tmpdir(), 'log-'));
const disk = join(folder, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', disk]).status === 0;
let program: TestProgram;
let child: ChildProcess;
let state = { n: 0, dropped: 0 };

beforeAll(async () => {
  program = await buildProgram({ source: PROGRAM });
});
afterEach(() => {
  child.kill('SIGKILL');
});
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
  program.remove();
});

function start(log: string): void {
  const output = openSync(log, 'a');
  state = { n: 0, dropped: 0 };
  child = fork(program.file, {
    stdio: ['ignore', 'ignore', output, 'ipc'],
    env: { ...process.env, LOG_LEVEL: 'info' },
  });
  closeSync(output);
  const started = child;
  child.on('message', (message) => {
    if (child === started) state = message as typeof state;
  });
}

const isAlive = () => child.exitCode === null && child.signalCode === null;

describe('a log on a disk that is full', () => {
  it.skipIf(!mounted)(
    '(where mounting a small one is allowed) ends nothing, and says once what was dropped',
    async () => {
      const [log, filler] = [join(disk, 'part.log'), join(disk, 'filler')];
      writeFileSync(filler, Buffer.alloc(16_000_000));
      start(log);
      await waitFor('lines to be dropped', () => state.dropped > 20);
      expect(isAlive()).toBe(true);

      rmSync(filler); // room for what was kept and for 14 MB more
      const words = () =>
        readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line.includes('for a while'));
      await waitFor('the word', () => words().length > 0);
      expect(JSON.parse(words()[0]!)).toMatchObject({
        why: expect.stringContaining('ENOSPC'),
        since: expect.any(String),
      });
      expect(JSON.parse(words()[0]!).dropped).toBeGreaterThan(20);
      expect(words()).toHaveLength(1);
    },
  );

  it('(/dev/full) drains as before, and ends with exit code 0', async () => {
    start('/dev/full');
    await waitFor('lines to be dropped', () => state.dropped > 20);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
