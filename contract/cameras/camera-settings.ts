import { z } from 'zod';
import { countingLines, masks, zones } from './areas.ts';
import { hours } from './hours.ts';

/** Which frames are worth detecting: those in which something moves. */
export const motionSettings = z
  .strictObject({
    sensitivity: z.int().min(1).max(100).default(50).describe('Higher: smaller changes of brightness count as motion.'),
    smallest_area: z
      .number()
      .positive()
      .max(1)
      .default(0.002)
      .describe('What moves must cover at least this share of the frame.'),
    detect_every_s: z
      .number()
      .positive()
      .max(3600)
      .default(10)
      .describe('At least one frame in so many seconds is detected, whether or not something moves.'),
  })
  .meta({ id: 'MotionSettings', description: 'The motion gate of a camera: only frames with motion are detected.' });
export type MotionSettings = z.infer<typeof motionSettings>;

/** Which detections count. */
export const detectionSettings = z
  .strictObject({
    min_score: z.number().min(0).max(1).optional().describe('Detections with a lower score are ignored.'),
    min_size: z.number().min(0).max(1).optional().describe('Smaller boxes are ignored: a share of the height.'),
    max_size: z.number().min(0).max(1).optional().describe('Larger boxes are ignored: a share of the height.'),
  })
  .refine(({ min_size = 0, max_size = 1 }) => min_size <= max_size, 'min_size must not be above max_size')
  .meta({ id: 'DetectionSettings', description: 'Which detections of a camera count. Absent: all.' });
export type DetectionSettings = z.infer<typeof detectionSettings>;

/** What a person sets for one camera, besides where its frames come from. It travels with the camera's heartbeat, so any part can use it. */
export const cameraSettings = z
  .strictObject({
    name: z
      .string('a name must be text')
      .trim()
      .min(1, 'a name must not be empty')
      .max(80, 'a name has at most 80 characters')
      .optional()
      .describe('What people call it, in any language. Absent: its id.'),
    paused: z.boolean('paused must be true or false').optional().describe('It sends no frames until it is resumed.'),
    motion: motionSettings.optional().describe('Absent: every frame is detected.'),
    hours: hours.optional().describe('When its frames are detected. Absent: always.'),
    zones: zones.optional(),
    lines: countingLines.optional(),
    masks: masks.optional(),
    detection: detectionSettings.optional(),
  })
  .meta({ id: 'CameraSettings', description: 'What a person sets for one camera.' });
export type CameraSettings = z.infer<typeof cameraSettings>;
