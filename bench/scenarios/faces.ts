import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { type Score, scoreBoxes, sumScores } from '../../testkit/frames/boxes.ts';
import { readPhotographs } from '../../testkit/frames/photographs.ts';
import { drawScenes, type KnownFrame } from '../../testkit/frames/scene.ts';
import { framewire } from '../targets/framewire.ts';
import { pythonWorker } from '../targets/python-worker.ts';
import type { TargetMaker } from '../targets/target.ts';
import type { Bench, Scenario } from './scenario.ts';

const CAMERA = 'faces';
const SCENES = 6;
/** How long one frame may take. */
const PATIENCE_MS = 30_000;

/** Counts which faces are found: speed is worth nothing without it. */
export const faces: Scenario = {
  name: 'faces',
  async run(bench) {
    const folder = process.env.FRAMEWIRE_IMAGES;
    const photographs = folder && existsSync(join(folder, 'training.xml')) ? readPhotographs(folder) : undefined;
    const known = photographs ?? (await drawScenes(SCENES));
    const rows: string[][] = [];
    for (const maker of listTargets(bench)) {
      const { name } = maker;
      const { found, faces, beside } = await look(maker, known);
      bench.say(`${name}: ${found} of ${faces} faces found, ${beside} boxes beside`);
      rows.push([name, `${found} of ${faces}`, `${beside}`]);
    }
    const what = photographs ? 'photographs with hand-marked faces' : 'drawn scenes with known faces';
    return [
      {
        title: 'Faces found',
        text: `In ${known.length} ${what}, sent one by one. Found: a box shares more than 0.3 with a true one (intersection over union). Beside: boxes on no face.`,
        table: { head: ['', 'found', 'beside'], rows },
      },
    ];
  },
};

function listTargets({ python, models, broker, log }: Bench): TargetMaker[] {
  const [workers, detectors] = models
    ? [['haar', 'yunet-opencv', 'yunet-onnx'] as const, ['haar', 'yunet']]
    : [['haar'] as const, ['haar']];
  return [
    ...(python ? workers.map((detector) => pythonWorker({ python, detector, models, broker, log })) : []),
    ...detectors.map((detector) => framewire({ detector, replicas: 1, models, broker, log })),
  ];
}

async function look(maker: TargetMaker, known: KnownFrame[]): Promise<Score> {
  const target = await maker.start();
  const scores: Score[] = [];
  try {
    for (const { jpeg, faces } of known) {
      let score: Score | undefined;
      const stop = target.onAnswer(({ detections }) => {
        score = scoreBoxes(detections, faces);
      });
      await target.send({ jpeg, captured_at: Date.now(), camera_id: CAMERA });
      scores.push(await waitFor('an answer', () => score, { timeout: PATIENCE_MS }));
      stop();
    }
  } finally {
    await target.stop();
  }
  return sumScores(scores);
}
