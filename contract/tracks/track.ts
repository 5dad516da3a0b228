import { z } from 'zod';

/** The name of a sighting: one object at one camera, from when it was first seen until it was lost. */
export const sightingId = z.uuid({ error: 'must be a UUID' }).toLowerCase().meta({
  id: 'SightingId',
  description:
    'A sighting: a UUID in lower case that follows from the camera, the topic and the frame in which it began.',
});

/** A bounding box in pixels of the full frame; x, y is its top left corner. */
export const box = z
  .object({ x: z.number(), y: z.number(), w: z.number().nonnegative(), h: z.number().nonnegative() })
  .meta({ id: 'Box', description: 'A bounding box in pixels of the full frame; x, y is its top left corner.' });
export type Box = z.infer<typeof box>;

/** One object that is followed, as it stands in one frame. */
export const track = z
  .object({
    id: z.int().positive().describe('1, 2, 3, ... within the camera and the topic; a restart goes on counting.'),
    sighting_id: sightingId,
    label: z.string().optional().describe('Its class; absent if the detector has one class.'),
    box,
    detection: z
      .int()
      .nonnegative()
      .optional()
      .describe(
        'Which of the detections of this frame it is, from 0. Absent: none is, and the box is where it is expected.',
      ),
    score: z.number().min(0).max(1).optional().describe('That of this detection.'),
    begin: z.number().describe('When it was first seen: the capture of that frame, seconds since the epoch.'),
    frames: z.int().positive().describe('Frames in which it was detected so far.'),
    zones: z.array(z.string()).describe('The zones that it is in.'),
  })
  .meta({ id: 'Track', description: 'One object that is followed over time, as it stands in one frame.' });
export type Track = z.infer<typeof track>;

/** A track that ended: its object was not detected for too long. */
export const endedTrack = z
  .object({
    id: z.int().positive(),
    sighting_id: sightingId,
    end: z.number().describe('The capture of the last frame in which it was detected, seconds since the epoch.'),
  })
  .meta({ id: 'EndedTrack', description: 'A track that ended: its object was not detected for too long.' });
export type EndedTrack = z.infer<typeof endedTrack>;

export const crossing = z
  .object({
    line: z.string().describe('The name of the line.'),
    direction: z.enum(['in', 'out']),
    id: z.int().positive().describe('The track.'),
    sighting_id: sightingId,
  })
  .meta({ id: 'Crossing', description: 'A track crossed a line of its camera in this frame.' });
export type Crossing = z.infer<typeof crossing>;
