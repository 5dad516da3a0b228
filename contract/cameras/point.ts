import { z } from 'zod';

const share = z.number().min(0).max(1);

/** A place in a frame of any size. */
export const point = z.tuple([share, share]).meta({
  id: 'Point',
  description: 'A place in the frame, `[x, y]`: 0 is left and top, 1 is right and bottom. EXIF orientation is applied.',
});
export type Point = z.infer<typeof point>;
