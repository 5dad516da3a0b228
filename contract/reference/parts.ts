import { CAMERA } from './camera.ts';
import { CONNECTOR } from './connector.ts';
import { DETECT } from './detect.ts';
import { INGEST } from './ingest.ts';
import type { Part } from './operation.ts';
import { RESULTS } from './results.ts';

/** Every part that speaks HTTP. */
export const PARTS: Part[] = [INGEST, DETECT, RESULTS, CAMERA, CONNECTOR];
