/** A detector in a process that does nothing else: the least that decoding and detecting one frame after the other costs. */
import { createDetector } from '../../functions/detect-faces/detectors/create.ts';
import type { DetectorAnswer, DetectorTask } from '../targets/detector-only.ts';

const LIMITS = { maxPixels: 50_000_000, timeLimit: 10_000 };

process.once('message', async ({ spec, jpegs, warmUpMs, windowMs }: DetectorTask) => {
  const detector = await createDetector(spec, LIMITS);
  let frames = 0;
  const detectUntil = async (end: number) => {
    for (frames = 0; performance.now() < end; frames++)
      await detector.detect(new Uint8Array(jpegs[frames % jpegs.length]!));
  };
  await detectUntil(performance.now() + warmUpMs);
  const [begin, before] = [performance.now(), process.cpuUsage()];
  await detectUntil(begin + windowMs);
  const { user, system } = process.cpuUsage(before);
  const answer: DetectorAnswer = {
    rate: (1000 * frames) / (performance.now() - begin),
    cpu: (user + system) / 1000 / frames,
  };
  process.send?.(answer, () => process.exit());
});
