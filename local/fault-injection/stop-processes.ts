import { spawn } from 'node:child_process';

/**
 * Stops processes as a debugger does: they are there, hold their connections and answer nothing. They go on after so many seconds
 * even if we are killed meanwhile. Returns what lets them go on.
 */
export function stopProcesses(pids: number[], seconds: number): () => void {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  // plain words in, no shell variable: pids are numbers
  const script = `sleep ${Math.ceil(seconds) + 1}; kill -CONT ${pids.join(' ')}`;
  const guard = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' });
  guard.on('error', () => {}); // without it we let them go on ourselves
  guard.unref();
  return () => {
    for (const pid of pids) signal(pid, 'SIGCONT');
    if (guard.pid) signal(-guard.pid, 'SIGKILL');
  };
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended in between
  }
}
