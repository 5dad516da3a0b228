import { spawn } from 'node:child_process';

/**
 * Stops processes by SIGSTOP: they keep their connections and answer nothing. They continue after so many seconds even if this process
 * is killed meanwhile.
 * @returns a function that lets them continue.
 */
export function stopProcesses(pids: number[], seconds: number): () => void {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  // safe to put into a shell command: pids are numbers
  const script = `sleep ${Math.ceil(seconds) + 1}; kill -CONT ${pids.join(' ')}`;
  const guard = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' });
  guard.on('error', () => {}); // without it the returned function lets them continue
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

/** Pids of the running processes that the supervisor started under this name. */
export type PidsOf = (name: string) => number[];
