/** More idle cameras than this are listed by name, without tiles. */
const MAX_IDLE_TILES = 6;

/**
 * Which cameras get a tile, in which order: those that send first, then the idle ones. Many idle cameras are listed apart, unless all
 * cameras are idle.
 */
export function arrange<T>(cameras: readonly T[], isIdle: (camera: T) => boolean): { tiles: T[]; listed: T[] } {
  const [active, idle]: [T[], T[]] = [[], []];
  for (const camera of cameras) (isIdle(camera) ? idle : active).push(camera);
  if (active.length > 0 && idle.length > MAX_IDLE_TILES) return { tiles: active, listed: idle };
  return { tiles: [...active, ...idle], listed: [] };
}
