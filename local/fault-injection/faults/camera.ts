import { readdirSync, readFileSync } from 'node:fs';
import type { Fault } from '../fault-injector.ts';
import { type PidsOf, stopProcesses } from './stop-processes.ts';

/** Stops one ffmpeg; if no camera has one, the camera connector. */
export const cameraFault = (pidsOf: PidsOf): Fault => ({
  name: 'camera',
  message: 'The video of one camera stops; where no camera has a program of its own, that of all.',
  inject(seconds) {
    const connector = pidsOf('camera');
    const [ffmpeg] = connector.flatMap(childrenOf);
    return stopProcesses(ffmpeg ? [ffmpeg] : connector, seconds);
  },
});

/** Pids of the child processes of a process. */
function childrenOf(pid: number): number[] {
  const isChild = (name: string) => {
    try {
      return new RegExp(`\\) \\S ${pid} `).test(readFileSync(`/proc/${name}/stat`, 'utf8'));
    } catch {
      return false; // it ended in between
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isChild(name))
    .map(Number);
}
