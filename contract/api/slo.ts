import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';

const within = z.number().describe('The share of the drawn frames that met the target, 0 to 1.');
const pictures = z.int().nonnegative().describe('Frames that viewers drew.');

/** `GET api/objective`: whether frames are as fresh as promised, as viewers measured them when they drew them. */
export const objectiveAnswer = z
  .object({
    target: z.number().describe('How old a frame may be when it is drawn, milliseconds.'),
    goal: z.number().describe('The share of frames that must meet the target, 0 to 1.'),
    within: within
      .optional()
      .describe('The share that met the target in the last 5 minutes, 0 to 1; absent if nobody draws.'),
    pictures,
    cameras: z.array(
      z.object({
        camera_id: cameraId,
        within,
        pictures,
        p95: z.number().describe('The 95th percentile of the age when drawn, milliseconds.'),
      }),
    ),
  })
  .meta({
    id: 'Slo',
    description: 'The service level objective: how old frames are when viewers draw them, over the last 5 minutes.',
  });
export type ObjectiveAnswer = z.infer<typeof objectiveAnswer>;
