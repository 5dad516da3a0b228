import { z } from 'zod';
import { plainName } from '../plain-name.ts';
import { isSimple } from './geometry.ts';
import { point } from './point.ts';

/** Zones, lines or masks of one camera, and corners of one area. Every heartbeat of the camera carries them. */
const MAX_AREAS = 16;
const MAX_CORNERS = 32;

const polygon = z
  .array(point)
  .min(3, 'an area needs at least 3 corners')
  .max(MAX_CORNERS, `an area has at most ${MAX_CORNERS} corners`)
  .refine(isSimple, 'the edges of an area must not cross or touch each other')
  .describe('Its corners in order. The last one is joined to the first.');

/** Names stand in metric labels, in topics of MQTT and in addresses. */
const areaName = plainName('a name of an area', 'a name');

/** An object is in a zone while the middle of its box's lower edge, where it stands, is inside. */
export const zone = z
  .strictObject({ name: areaName, points: polygon })
  .meta({ id: 'Zone', description: 'An area of which presence and dwell time are known.' });
export type Zone = z.infer<typeof zone>;

/** The direction is that of crossing from the left to the right of whoever looks from `from` to `to`. */
export const countingLine = z
  .strictObject({ name: areaName, from: point, to: point })
  .refine(({ from, to }) => from[0] !== to[0] || from[1] !== to[1], {
    path: ['to'],
    error: 'a line needs two different ends',
  })
  .meta({
    id: 'CountingLine',
    description:
      'A line that counts what crosses it. Whoever looks from `from` to `to` sees an object that goes `in` cross from left to right, and one that goes `out` from right to left.',
  });
export type CountingLine = z.infer<typeof countingLine>;

export const mask = z.strictObject({ points: polygon }).meta({
  id: 'Mask',
  description: 'An area in which detections and motion are ignored.',
});
export type Mask = z.infer<typeof mask>;

const areas = <T extends z.ZodType>(one: T, what: string) =>
  z.array(one).max(MAX_AREAS, `a camera has at most ${MAX_AREAS} ${what}`);

/** Names are unique among the zones of a camera, and among its lines. */
const named = <T extends { name: string }>(one: z.ZodType<T>, what: string) =>
  areas(one, what).refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
    error: `two ${what} have the same name`,
  });

export const zones = named(zone, 'zones').meta({ id: 'Zones', description: 'The zones of a camera.' });
export const countingLines = named(countingLine, 'lines').meta({
  id: 'CountingLines',
  description: 'The lines of a camera that count what crosses them.',
});
export const masks = areas(mask, 'masks').meta({ id: 'Masks', description: 'The masks of a camera.' });
