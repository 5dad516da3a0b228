/** Levels of brightness that change together, and how many pixels such a group needs to be judged by itself. */
const LEVELS = 8;
const MIN_SHARE = 0.01;

/** How much the light changed by itself, for each level of brightness that the background has. */
export type LightChange = (level: number) => number;

/** Where most pixels changed alike, the light did: the median of all changes. */
export function evenLight(changes: Float32Array, ignored: Uint8Array | undefined): LightChange {
  const shift = medianOf(changes, (i) => !ignored?.[i]) ?? 0;
  return () => shift;
}

/** A lamp or an exposure changes bright parts more than dark ones: the median of each group of levels, and what lies between two groups. */
export function toneCurve(
  changes: Float32Array,
  background: Float32Array,
  ignored: Uint8Array | undefined,
): LightChange {
  const groups = Array.from({ length: 256 / LEVELS }, (_, group) => {
    const isOwn = (i: number) => !ignored?.[i] && Math.floor(background[i]! / LEVELS) === group;
    return { level: (group + 0.5) * LEVELS, shift: medianOf(changes, isOwn, MIN_SHARE * changes.length) };
  });
  const known = groups.filter((group): group is { level: number; shift: number } => group.shift !== undefined);
  if (known.length === 0) return evenLight(changes, ignored);
  const curve = Array.from({ length: 256 }, (_, level) => between(known, level));
  return (level) => curve[Math.min(255, Math.max(0, Math.round(level)))]!;
}

function between(known: { level: number; shift: number }[], level: number): number {
  const above = known.findIndex((group) => group.level >= level);
  if (above <= 0) return known.at(above < 0 ? -1 : 0)!.shift;
  const [a, b] = [known[above - 1]!, known[above]!];
  return a.shift + ((b.shift - a.shift) * (level - a.level)) / (b.level - a.level);
}

/** To a quarter of a level; undefined of fewer than so many. */
function medianOf(values: Float32Array, isMeant: (i: number) => boolean, least = 1): number | undefined {
  const counts = new Uint32Array(2048);
  let all = 0;
  for (let i = 0; i < values.length; i++) {
    if (!isMeant(i)) continue;
    all++;
    counts[Math.round(values[i]! * 4) + 1024]!++;
  }
  if (all < least || all === 0) return undefined;
  let seen = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    seen += counts[bin]!;
    if (seen >= all / 2) return (bin - 1024) / 4;
  }
  return undefined;
}
