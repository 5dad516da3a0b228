import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDetector } from './detectors/create.ts';
import type { Detector, DetectorLimits, DetectorSpec } from './detectors/detector.ts';
import { FrameError } from './jpeg/failure.ts';
import { type Answer, openPipe } from './workers/pipe.ts';

/** A process of the pool: one detector, one picture at a time. It ends when the pool closes its end of the pipe. */
const { spec, limits } = JSON.parse(process.argv[2]!) as { spec: DetectorSpec; limits: DetectorLimits };
const pipe = openPipe();

// a terminal tells the whole group: what is under way is finished, and the pool ends its workers itself
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

async function load(): Promise<Detector> {
  try {
    return await createDetector(spec, limits);
  } catch (error) {
    pipe.say({ unusable: (error as Error).message });
    process.exit(1);
  }
}

async function answer(detector: Detector, jpeg: Uint8Array): Promise<Answer> {
  try {
    return { found: await detector.detect(jpeg) };
  } catch (error) {
    if (error instanceof FrameError) return { failure: error.failure, words: error.message };
    // WebAssembly throws numbers too
    return { failure: 'worker_died', words: `the detector failed: ${error instanceof Error ? error.message : error}` };
  }
}

const detector = await load();
pipe.say({ ready: detector.name });
for (let jpeg = pipe.read(); jpeg; jpeg = pipe.read()) {
  const said = await answer(detector, jpeg);
  pipe.say(said);
  // what is not the picture's fault may have left the detector broken: the pool starts another
  if ('failure' in said && said.failure === 'worker_died') break;
  await nextTurn(); // where native memory is given back
}
process.exit();
