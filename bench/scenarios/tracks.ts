import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { followSequence } from '../../functions/track-objects/testing/follow-sequence.ts';
import { prepareTrackers, trackerVersions } from '../targets/python.ts';
import type { Scenario, Section } from './scenario.ts';
import { KINDS, makeSequence, type Sequence } from './tracks/sequences.ts';

const RATES = [10, 3];
const PROGRAM = resolve('bench/targets/published.py');

interface Score {
  name: string;
  tracker: string;
  idf1: number;
  mota: number;
  switches: number;
  misses: number;
  false: number;
}

/** Ours and a published tracker over the same boxes, scored by the usual measures. */
export const tracks: Scenario = {
  name: 'tracks',
  standsAlone: true,
  async run({ quick, say }): Promise<Section[]> {
    const python = prepareTrackers(say);
    const seconds = quick ? 30 : 120;
    const sequences = KINDS.flatMap((kind, k) =>
      RATES.flatMap((fps) =>
        [false, true].map((uneven) => makeSequence(kind, { fps, seconds, uneven, seed: 1_000 * k + fps })),
      ),
    );
    const scores = score(python, sequences);
    for (const { name, tracker, idf1, mota } of scores)
      say(`${name}: ${tracker}: IDF1 ${(100 * idf1).toFixed(1)}, MOTA ${(100 * mota).toFixed(1)}`);
    const percent = (value: number) => (100 * value).toFixed(1);
    return [
      {
        title: 'Tracks',
        text: [
          'Drawn boxes with known truth: objects cross, hide one another, sway and stop. The detector misses 8 % of them and more where one',
          'hides another, is off by 3 % of the size, and finds something in every seventh frame where nothing is. The boxes are the same for',
          `each tracker. ByteTrack is that of ${trackerVersions(python)}, at its defaults and with our time until a track is lost.`,
          'IDF1 is how much of the truth has one number throughout; MOTA counts misses, false boxes and changes of the number.',
        ].join('\n'),
        table: {
          head: ['sequence', 'tracker', 'IDF1, %', 'MOTA, %', 'changed numbers', 'misses', 'false'],
          rows: scores.map(({ name, tracker, idf1, mota, switches, misses, false: wrong }) => [
            name,
            tracker,
            percent(idf1),
            percent(mota),
            `${switches}`,
            `${misses}`,
            `${wrong}`,
          ]),
        },
        how: `sequences of ${seconds} s`,
      },
    ];
  },
};

function score(python: string, sequences: Sequence[]): Score[] {
  const input = sequences.map((sequence) => {
    const ours = followSequence(
      sequence.frames.map(({ at, detections }) => ({
        at,
        detections: detections.map(([x, y, w, h, score]) => ({ x, y, w, h, score })),
      })),
    );
    return { ...sequence, frames: sequence.frames.map((frame, i) => ({ ...frame, ours: ours[i] })) };
  });
  const { status, stdout, stderr } = spawnSync(python, [PROGRAM], {
    input: JSON.stringify({ sequences: input }),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${PROGRAM} ended with ${status}: ${stderr.slice(-1_000)}`);
  return JSON.parse(stdout) as Score[];
}
