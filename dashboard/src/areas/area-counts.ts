import type { HistoryAnswer } from '@framewire/contract';
import type { Point } from '../charts/spark.ts';

/** What is known of a zone: who is in it, and was. */
export interface ZoneCount {
  name: string;
  /** Undefined: the newest number is missing. */
  now: number | undefined;
  points: Point[];
}

/** What is known of a line: what crossed it over the time that was asked for. */
export interface LineCount {
  name: string;
  in: number;
  out: number;
  /** All crossings so far, over time. */
  points: Point[];
}

type Series = HistoryAnswer['series'][number];
/** The newest number counts if it is among so many of the newest points: Prometheus may not have looked yet. */
const NEWEST = 8;

/** @param names the zones and the lines that the camera has now. */
export function countsOf(
  { series }: HistoryAnswer,
  names: { zones: readonly string[]; lines: readonly string[] },
): { zones: ZoneCount[]; lines: LineCount[] } {
  const find = (name: string, label: string) => series.find((one) => one.name === name && one.label === label);
  return {
    zones: names.zones.map((name) => {
      const points = find('occupancy', name)?.points ?? [];
      const now = points.slice(-NEWEST).findLast(([, value]) => value !== null)?.[1];
      return { name, now: now ?? undefined, points: known(points) };
    }),
    lines: names.lines.map((name) => {
      const [inward, outward] = (['in', 'out'] as const).map((way) => increases(find('crossings', `${name} ${way}`)));
      const both = sum(inward!, outward!);
      return { name, in: inward!.at(-1)?.[1] ?? 0, out: outward!.at(-1)?.[1] ?? 0, points: both };
    }),
  };
}

const known = (points: Series['points']): Point[] => points.filter((point): point is Point => point[1] !== null);

/**
 * By how much a counter has grown at each moment. A counter that comes up later begins at 0: its first crossing makes it. One that falls
 * began at 0 again with its part.
 */
function increases(counter: Series | undefined): Point[] {
  const points = counter?.points ?? [];
  let before = points[0]?.[1] ?? 0;
  let total = 0;
  return points.flatMap(([at, value]): Point[] => {
    if (value === null) return [];
    total += value >= before ? value - before : value;
    before = value;
    return [[at, total]];
  });
}

/** Of two that are known at the same moments, or one of them not yet. */
function sum(a: Point[], b: Point[]): Point[] {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const other = new Map(short);
  return long.map(([at, value]) => [at, value + (other.get(at) ?? 0)]);
}
