import { parentPort, workerData } from 'node:worker_threads';
import { createDetector } from './detectors/create.ts';
import type { DetectorLimits, DetectorSpec } from './detectors/detector.ts';
import { FrameError } from './failure.ts';
import type { Answer, Start, Work } from './thread.ts';

/** A thread of the pool: one detector, one picture at a time. */
const { spec, limits } = workerData as { spec: DetectorSpec; limits: DetectorLimits };
const port = parentPort!;
const say = (message: Start | Answer) => port.postMessage(message);

try {
  const detector = await createDetector(spec, limits);
  port.on('message', async ({ jpeg }: Work) => {
    try {
      say({ found: await detector.detect(jpeg) });
    } catch (error) {
      // what is not the picture's fault may have left the detector broken: the thread ends, and the pool starts another
      if (!(error instanceof FrameError)) throw error;
      say({ failure: error.failure, words: error.message });
    }
  });
  say({ ready: detector.name });
} catch (error) {
  say({ unusable: (error as Error).message });
}
