import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';
import { topicName } from '../frames/topic.ts';

const count = z.int().nonnegative();

/** What became of the frames of one camera, or of all, since `known_since`. */
const ledgerCounts = z
  .object({
    published: count.describe(
      'Known frames: each is counted in exactly one of detected, expired, rejected, failed, shed, still, in_flight and unaccounted.',
    ),
    detected: count,
    expired: count,
    rejected: count,
    failed: count,
    shed: count,
    still: count.describe(
      'Frames that were not to be detected: nothing moved, or it was outside the hours of the camera.',
    ),
    in_flight: count.describe(
      'Frames without an outcome for less than the grace period, while a later frame of their source has one.',
    ),
    unaccounted: count.describe('Frames without an outcome for longer than the grace period.'),
    duplicates: count.describe('Outcomes that were published again; viewers do not see them.'),
    unnumbered: count.describe('Outcomes of frames without a sequence number: a missing one cannot be noticed.'),
  })
  .meta({ id: 'LedgerCounts', description: 'Frames counted by outcome.' });
const topicAccount = ledgerCounts
  .extend({ topic: topicName })
  .meta({ id: 'TopicAccount', description: 'Frames of one topic, counted by outcome.' });
export const ledgerAccount = ledgerCounts
  .extend({
    camera_id: z.string(),
    topics: z.array(topicAccount).optional().describe('Apart by topic; absent for a camera that sends to one.'),
  })
  .meta({ id: 'LedgerAccount', description: 'Frames of one camera, counted by outcome.' });
export type LedgerAccount = z.infer<typeof ledgerAccount>;

/** A frame without an outcome: only its sequence number is known. */
export const missingFrame = z
  .object({
    frame_id: frameId
      .optional()
      .describe('Absent if the frame ids of its source do not follow from the sequence numbers.'),
    camera_id: cameraId,
    topic: topicName.optional(),
    source: z.string().describe('The source whose sequence `seq` belongs to.'),
    seq: z.int().positive().describe('Its sequence number.'),
    since: z.number().describe('When a later frame of its source had its outcome, seconds since the epoch.'),
  })
  .meta({ id: 'MissingFrame', description: 'A frame without an outcome.' });
export type MissingFrame = z.infer<typeof missingFrame>;

/** `GET api/ledger`. */
export const ledgerAnswer = z
  .object({
    known_since: z
      .number()
      .nullable()
      .describe('Frames published before are not counted, seconds since the epoch; null before the first frame.'),
    grace: z.number().describe('How long a frame may be without an outcome before it is unaccounted, seconds.'),
    totals: ledgerCounts,
    cameras: z
      .array(ledgerAccount)
      .describe(
        'One account for each camera. Beyond 1,000 cameras, or topics of cameras, those silent for longest are summed up in `others`.',
      ),
    topics: z.array(topicAccount).optional().describe('The same frames by topic, without those in `others`.'),
    others: ledgerCounts.optional().describe('The sum of the cameras that are not listed.'),
    unaccounted: z.array(missingFrame).describe('The newest 200 frames that are unaccounted for.'),
  })
  .meta({
    id: 'Ledger',
    description: 'The account of all frames: every frame has exactly one outcome, is in flight, or is unaccounted for.',
  });
export type LedgerAnswer = z.infer<typeof ledgerAnswer>;
