import { z } from 'zod';
import { detection, imageSize } from '../results/detection.ts';
import { stages } from '../results/stages.ts';

/** `POST /` of a detector function, status 200. */
export const detectAnswer = z
  .object({
    detections: z.array(detection),
    image: imageSize,
    node_id: z.string().describe('The replica that detected.'),
    detector: z.string().describe('The name of the detector.'),
    provider: z.string().optional().describe('What it runs on, as ONNX Runtime names it: `cpu`, `cuda`, `tensorrt`.'),
    stages,
  })
  .meta({ id: 'DetectResponse', description: 'What a detector found in one frame.' });
export type DetectAnswer = z.infer<typeof detectAnswer>;
