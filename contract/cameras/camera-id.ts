import { plainName } from '../plain-name.ts';

/** A camera id: the last word of a routing key, a metric label, part of a URL and a name in JSON. */
export const cameraId = plainName('a camera id').meta({
  id: 'CameraId',
  description: 'A camera: 1 to 64 letters, digits, `_` or `-`.',
});
