import { z } from 'zod';

/** A bounding box in pixels of the full frame as a browser shows it (EXIF orientation applied); x, y is its top left corner. */
export const detection = z
  .object({
    x: z.number(),
    y: z.number(),
    w: z.number().nonnegative(),
    h: z.number().nonnegative(),
    score: z.number().min(0).max(1).optional().describe('0 to 1; absent if the detector has none.'),
    label: z.string().optional().describe('The class of the object; absent if the detector has one class.'),
    points: z
      .array(z.tuple([z.number(), z.number()]))
      .optional()
      .describe('`[x, y]` pairs, if the detector finds them: eyes, nose tip, corners of the mouth.'),
  })
  .meta({
    id: 'Detection',
    description:
      'A bounding box in pixels of the full frame, with the EXIF orientation applied as a browser does; x, y is its top left corner.',
  });
export type Detection = z.infer<typeof detection>;

export const imageSize = z
  .object({ width: z.int().positive(), height: z.int().positive() })
  .meta({ id: 'ImageSize', description: 'The size of the full frame with the EXIF orientation applied, pixels.' });
export type ImageSize = z.infer<typeof imageSize>;
