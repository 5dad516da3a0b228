import { waitFor } from '@framewire/runtime/process';
import { framewire } from '../targets/framewire.ts';
import { pythonWorker } from '../targets/python-worker.ts';
import type { SubjectMaker } from '../targets/target.ts';
import { type KnownPicture, matchFaces, readKnownPictures } from '../truth.ts';
import type { Bench, Scenario } from './scenario.ts';

const CAMERA = 'faces';
/** As long as one picture may take. */
const PATIENCE_MS = 30_000;

/** What is found of the faces that are there: speed is worth nothing without it. */
export const faces: Scenario = {
  name: 'faces',
  async run(bench) {
    const photographs = process.env.FRAMEWIRE_IMAGES;
    const known = await readKnownPictures(photographs);
    const there = known.reduce((sum, { faces }) => sum + faces.length, 0);
    const rows: string[][] = [];
    for (const { name, maker } of subjects(bench)) {
      const { found, beside } = await look(maker, known);
      bench.say(`${name}: ${found} of ${there} faces found, ${beside} beside`);
      rows.push([name, `${found} of ${there}`, `${beside}`]);
    }
    const what = photographs ? 'photographs with hand-marked faces' : 'drawn scenes with known faces';
    return {
      sections: [
        {
          title: 'Faces found',
          text: `In ${known.length} ${what}, sent one by one. Found: a box shares 0.3 or more with a true one (intersection over union). Beside: boxes on no face.`,
          table: { head: ['', 'found', 'beside'], rows },
        },
      ],
    };
  },
};

function subjects({ python, models, broker, log }: Bench): { name: string; maker: SubjectMaker }[] {
  return [
    ...(python ? [{ name: 'Python worker', maker: pythonWorker({ python, workers: 1, broker, log }) }] : []),
    ...(models ? ['haar', 'yunet'] : ['haar']).map((detector) => ({
      name: `framewire ${detector}`,
      maker: framewire({ detector, replicas: 1, models, broker, log }),
    })),
  ];
}

async function look(maker: SubjectMaker, known: KnownPicture[]): Promise<{ found: number; beside: number }> {
  const subject = await maker.start();
  const total = { found: 0, beside: 0 };
  try {
    for (const { jpeg, faces } of known) {
      let seen: ReturnType<typeof matchFaces> | undefined;
      const stop = subject.onAnswer(({ detections }) => {
        seen = matchFaces(faces, detections);
      });
      await subject.send({ jpeg, capturedAt: Date.now(), cameraId: CAMERA });
      const { found, beside } = await waitFor('an answer', () => seen, { timeout: PATIENCE_MS });
      stop();
      total.found += found;
      total.beside += beside;
    }
  } finally {
    await subject.stop();
  }
  return total;
}
