import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';
import { frameTopic } from '../frames/topic.ts';
import { imageSize } from '../results/detection.ts';
import { box, sightingId } from '../tracks/track.ts';

/** One object at one camera, from when it was first seen until it was lost, as it is kept. */
export const sighting = z
  .object({
    id: sightingId,
    camera_id: cameraId,
    topic: frameTopic,
    track_id: z.int().positive().describe('The number that stands at its box.'),
    label: z.string().optional().describe('Its class; absent if the detector has one class.'),
    begin: z.number().describe('When it was first seen, seconds since the epoch.'),
    end: z.number().optional().describe('When it was last seen, seconds since the epoch; absent while it lasts.'),
    frames: z.int().positive().describe('Frames in which it was detected.'),
    best_score: z.number().min(0).max(1).optional(),
    zones: z.array(z.string()).describe('The zones that it was in, in the order of its coming.'),
    best: z
      .object({
        frame_id: frameId,
        captured_at: z.number().describe('Seconds since the epoch.'),
        box,
        image: imageSize.optional(),
      })
      .describe('The frame in which it is seen best.'),
    has_picture: z.boolean().describe('Whether the picture of that frame is kept, and its crop.'),
  })
  .meta({ id: 'Sighting', description: 'One object at one camera, from when it was first seen until it was lost.' });
export type Sighting = z.infer<typeof sighting>;
