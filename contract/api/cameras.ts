import { z } from 'zod';
import { cameraRecord, cameraSpec } from '../cameras/camera.ts';
import { cameraView } from '../viewers/camera-view.ts';

/** A camera of the camera connector: its settings, without anything in `url` that may be a secret, and its state. */
export const cameraAnswer = z
  .object({ ...cameraSpec.shape, ...cameraRecord.shape, url: z.string() })
  .meta({ id: 'CameraAnswer', description: 'A camera: its settings without secrets, and its state.' });

/** `GET /cameras` of the camera connector. */
export const cameraListAnswer = z
  .object({
    cameras: z.array(cameraAnswer),
    refused: z
      .array(z.object({ camera_id: z.string(), reason: z.string() }))
      .describe('Entries of the list that cannot be a camera, and why.'),
    problem: z.string().optional().describe('Why the list cannot be read.'),
  })
  .meta({ id: 'CameraList', description: 'Every camera, and the entries of the list that were refused.' });

/** `GET api/cameras` of results-ws. */
export const camerasAnswer = z
  .object({ cameras: z.array(cameraView) })
  .meta({ id: 'Cameras', description: 'All known cameras.' });
export type CamerasAnswer = z.infer<typeof camerasAnswer>;
