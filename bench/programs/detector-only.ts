/** A detector in a process that does nothing else: the least that decoding and detecting one frame after the other costs. */
import { judgeJpeg } from '@framewire/contract';
import { createDetector } from '../../functions/detect-faces/detectors/create.ts';
import type { DetectorAnswer, DetectorTask } from '../targets/detector-only.ts';

process.once('message', async ({ spec, jpegs, warmUpMs, windowMs }: DetectorTask) => {
  const detector = await createDetector(spec);
  let frames = 0;
  const detectUntil = async (end: number) => {
    for (frames = 0; performance.now() < end; frames++) {
      const bytes = new Uint8Array(jpegs[frames % jpegs.length]!);
      await detector.detect({ ...judgeJpeg(bytes), bytes });
    }
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
