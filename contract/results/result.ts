import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';
import { sequenceNumber, sourceId } from '../frames/sequence.ts';
import { shedRanges } from '../frames/shed-ranges.ts';
import { frameTopic } from '../frames/topic.ts';
import { detection, imageSize } from './detection.ts';
import { failure, outcome, shortText } from './outcome.ts';
import { stages } from './stages.ts';

/** One frame's outcome, as it stands in `result_queue`. */
export const resultRecord = z
  .object({
    frame_id: frameId,
    camera_id: cameraId,
    topic: frameTopic,
    source: sourceId.optional(),
    seq: sequenceNumber.optional(),
    shed: shedRanges.optional(),
    still: shedRanges.optional(),
    outcome,
    ...failure.shape,
    detections: z.array(detection).default([]),
    image: imageSize.optional(),
    node_id: shortText.optional().describe('The replica that detected.'),
    detector: shortText.optional().describe('The name of the detector.'),
    provider: shortText.optional().describe('What the detector ran on: `cpu`, `cuda`, `tensorrt`.'),
    traceparent: z.string().optional().describe('The W3C trace context of the frame, as its source began it.'),
    timestamp: z.number().describe('When the outcome was known, seconds since the epoch.'),
    original_timestamp: z.number().describe('When the frame was captured, seconds since the epoch.'),
    stages: stages.default({}),
  })
  .meta({ id: 'ResultRecord', description: "One frame's outcome." });
export type ResultRecord = z.infer<typeof resultRecord>;
