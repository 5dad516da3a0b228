import { z } from 'zod';

/**
 * A camera id: 1 to 64 letters, digits, `_` or `-`. It is the last word of a routing key, a metric label, part of a URL and a name in
 * JSON: the few words that every JavaScript object already has (`constructor`, `__proto__`) are refused.
 */
export const cameraId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a camera id is 1 to 64 letters, digits, "_" or "-"')
  .refine((id) => !(id in {}), 'this word cannot be a camera id, since every object in JavaScript has it')
  .meta({ id: 'CameraId', description: 'A camera: 1 to 64 letters, digits, `_` or `-`.' });
