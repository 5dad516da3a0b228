import { readChildren } from '../../supervisor/process-identity.ts';
import type { Fault } from '../fault-injector.ts';
import { type PidsOf, stopProcesses } from './stop-processes.ts';

/** Stops one ffmpeg; if no camera has one, the camera connector. */
export const cameraFault = (pidsOf: PidsOf): Fault => ({
  name: 'camera',
  message: 'The video program of one camera is stopped. Without one, the camera connector.',
  inject(seconds) {
    const connector = pidsOf('camera');
    const children = readChildren();
    const [ffmpeg] = connector.flatMap((pid) => children.get(pid) ?? []);
    return stopProcesses(ffmpeg ? [ffmpeg] : connector, seconds);
  },
});
