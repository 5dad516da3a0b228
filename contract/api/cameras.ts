import { z } from 'zod';
import { cameraView } from '../viewers/camera-view.ts';

/** `GET api/cameras`. */
export const camerasAnswer = z
  .object({ cameras: z.array(cameraView) })
  .meta({ id: 'Cameras', description: 'All known cameras.' });
