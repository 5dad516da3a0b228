import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { end } from './part.ts';

it('a child is ended once, and one that has exited or never started is not waited for', async () => {
  const running = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await end(running, 'SIGKILL');
  expect(running.signalCode).toBe('SIGKILL');
  await end(running, 'SIGKILL');

  const exited = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(exited, 'exit');
  await end(exited, 'SIGTERM');
  expect(exited.exitCode).toBe(0);

  const missing = spawn('/no/such/program', { stdio: 'ignore' });
  await once(missing, 'error');
  await end(missing, 'SIGTERM');
});
