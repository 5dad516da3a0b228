export const WIDE = 16 / 9;
/** A stage for frames that are higher than wide would be too narrow for the caption of its tile. */
const NARROWEST = 3 / 4;

/** The aspect ratio of all stages: that of the frames where they agree, so that no black bars are drawn, else 16:9. @param aspects undefined before the first. */
export function commonAspect(aspects: (number | undefined)[]): number {
  const [first, ...others] = aspects.filter((aspect) => aspect !== undefined);
  if (first === undefined || others.some((aspect) => Math.abs(aspect - first) > 0.01)) return WIDE;
  return Math.min(WIDE, Math.max(NARROWEST, first));
}
