import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram } from '../../supervisor/spawn.ts';

/**
 * Runs JavaScript that takes CPU or memory from others. It ends when its time is over, and with this process where setpriv is installed.
 * @param program may read `end`: when it has to be over, milliseconds since the epoch.
 */
export function startStress(program: string, seconds: number): ChildProcess {
  const script = `const end = Date.now() + ${Math.ceil(seconds) * 1000}; ${program}`;
  const command = [process.execPath, '-e', script];
  const setpriv = findProgram('setpriv');
  const [first, ...rest] = setpriv ? [setpriv, '--pdeathsig', 'KILL', ...command] : command;
  const child = spawn(first as string, rest, { stdio: 'ignore' });
  child.on('error', () => {}); // it could not be started: there is one less
  return child;
}

export function killAll(children: ChildProcess[]): void {
  for (const child of children) child.kill('SIGKILL');
}
