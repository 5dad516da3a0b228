import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPidFile } from './pid-file.ts';
import { identify, isRunning } from './process-identity.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'framewire-run-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const sleeper = () => spawn('sleep', ['60'], { stdio: 'ignore' });
const noted = () => JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'));

it('a second start on the same data fails and names the first', async () => {
  const other = sleeper();
  writeFileSync(join(data, 'run.json'), JSON.stringify({ main: identify(other.pid as number), processes: [] }));
  await expect(openPidFile(data, () => {})).rejects.toThrow(`framewire already runs here (pid ${other.pid}`);
  other.kill('SIGKILL');
});

it('what a killed start left behind is ended first, and no stranger that has got its pid', async () => {
  const [left, stranger] = [sleeper(), sleeper()];
  const identity = identify(left.pid as number)!;
  writeFileSync(
    join(data, 'run.json'),
    JSON.stringify({
      main: { pid: process.pid, started: '1' },
      processes: [
        { name: 'rabbitmq', kind: 'program', ...identity },
        { name: 'epmd', kind: 'program', pid: stranger.pid, started: '1' },
      ],
    }),
  );
  const said: string[] = [];
  const pidFile = await openPidFile(data, (line) => said.push(line));
  expect(isRunning(identity)).toBe(false);
  expect(identify(stranger.pid as number)).toBeDefined();
  expect(said).toEqual([`ending what the last start left behind: rabbitmq (pid ${left.pid})`]);

  pidFile.add('camera', 'part', stranger.pid);
  expect(noted()).toMatchObject({ main: { pid: process.pid }, processes: [{ name: 'camera', pid: stranger.pid }] });
  pidFile.remove();
  expect(noted).toThrow();
  stranger.kill('SIGKILL');
});

it('half a file, as a power cut leaves it, counts as none', async () => {
  writeFileSync(join(data, 'run.json'), '{"main": {"pi');
  (await openPidFile(data, () => {})).remove();
});
