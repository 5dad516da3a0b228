import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';

/** `POST /` of ingest-frame, status 202. */
export const ingestAnswer = z.object({ frame_id: frameId, camera_id: cameraId }).meta({
  id: 'IngestResponse',
  description: 'A frame that was accepted: the broker confirmed that it is in the queue.',
});
export type IngestAnswer = z.infer<typeof ingestAnswer>;
