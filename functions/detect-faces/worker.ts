import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDetector } from './detectors/create.ts';
import type { Detector, DetectorSpec } from './detectors/detector.ts';
import type { Provider } from './detectors/sessions.ts';
import { FrameError } from './jpeg/failure.ts';
import type { ValidJpeg } from './jpeg/valid-jpeg.ts';
import { type Answer, openPipe } from './workers/pipe.ts';

/** A process of the pool: one detector, one frame at a time. It exits when the pool closes its end of the pipe. */
const { spec, providers } = JSON.parse(process.argv[2]!) as { spec: DetectorSpec; providers?: Provider[] };
const pipe = openPipe();

// a terminal signals the whole group: frames in flight are finished, and the pool ends its workers itself
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

async function load(): Promise<Detector> {
  try {
    return await createDetector(spec, providers);
  } catch (error) {
    pipe.send({ unusable: (error as Error).message });
    process.exit(1);
  }
}

async function answer(detector: Detector, jpeg: ValidJpeg): Promise<Answer> {
  try {
    return { found: await detector.detect(jpeg) };
  } catch (error) {
    if (error instanceof FrameError) return { failure: error.failure, message: error.message };
    // WebAssembly throws numbers too
    return {
      failure: 'worker_died',
      message: `the detector failed: ${error instanceof Error ? error.message : error}`,
    };
  }
}

const detector = await load();
pipe.send({ ready: detector.name, provider: detector.provider, missing: detector.missing });
for (let jpeg = pipe.read(); jpeg; jpeg = pipe.read()) {
  const outcome = await answer(detector, jpeg);
  pipe.send(outcome);
  // an error that is not the frame's fault may have left the detector broken: the pool starts another worker
  if ('failure' in outcome && outcome.failure === 'worker_died') break;
  await nextTurn(); // native memory is released there
}
process.exit();
