import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { sloStatus } from './diagnosis.ts';

const goodRatio = z.number().describe('The share of the drawn frames that met the target, 0 to 1.');
const drawnFrames = z.int().nonnegative().describe('Frames that viewers drew.');

/** `GET api/slo`: whether frames are as fresh as promised, as viewers measured them when they drew them. */
export const sloAnswer = z
  .object({
    target: sloStatus.shape.target,
    objective: sloStatus.shape.objective,
    good_ratio: goodRatio
      .optional()
      .describe('The share that met the target in the last 5 minutes, 0 to 1; absent if nobody draws.'),
    frames: drawnFrames,
    cameras: z.array(
      z.object({
        camera_id: cameraId,
        good_ratio: goodRatio,
        frames: drawnFrames,
        p95: z.number().describe('The 95th percentile of the age when drawn, milliseconds.'),
      }),
    ),
  })
  .meta({
    id: 'Slo',
    description: 'The service level objective: how old frames are when viewers draw them, over the last 5 minutes.',
  });
export type SloAnswer = z.infer<typeof sloAnswer>;
