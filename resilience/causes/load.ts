import { spawn } from 'node:child_process';

/**
 * So many programs that compute nothing, for as long as it takes: the load average rises by as much. They end with whoever started them,
 * at the latest when their input ends.
 * @returns what ends them.
 */
export function makeLoad(programs: number): () => void {
  const children = Array.from({ length: programs }, () =>
    // a pipe that is closed, by whatever end of ours, ends the shell that reads it, and the shell ends the loop
    spawn('/bin/sh', ['-c', 'while :; do :; done & cat; kill $!'], { stdio: ['pipe', 'ignore', 'ignore'] }),
  );
  return () => {
    for (const { stdin } of children) stdin.end();
  };
}
