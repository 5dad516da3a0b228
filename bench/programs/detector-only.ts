/** A detector in a process that does nothing else, one picture after the other: what decoding and detecting costs at the least. */
import { createDetector } from '../../functions/detect-faces/detectors/create.ts';
import type { AloneAnswer, AloneTask } from '../targets/detector-only.ts';

const LIMITS = { maxPixels: 50_000_000, timeLimit: 10_000 };

process.once('message', async ({ spec, jpegs, warmUpMs, windowMs }: AloneTask) => {
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
  const answer: AloneAnswer = {
    rate: (1000 * frames) / (performance.now() - begin),
    cpu: (user + system) / 1000 / frames,
  };
  process.send?.(answer, () => process.exit());
});
