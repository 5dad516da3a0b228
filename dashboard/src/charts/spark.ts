export type Point = [at: number, value: number];

/** A chart's width and height, in its own units. */
export const SPARK = { width: 240, height: 40 };

const HOUR = 3600;
/** A system that has just started shows at least this much, seconds: fewer points would say little at that width. */
const SHORTEST = 300;

/** How much time there is to show, seconds: since the first point, five minutes at least and an hour at most. @param now in seconds. */
export function sparkSpan(points: Point[], now: number): number {
  return spanOf(recentOf(points, now), now);
}

/** SVG paths of the last hour, or of what there is of it: the line, and the area under it. A gap in the points is a gap in the line. @param now in seconds. */
export function sparkPaths(points: Point[], now: number): { line: string; area: string } | undefined {
  const recent = recentOf(points, now);
  if (recent.length < 2) return undefined;
  const span = spanOf(recent, now);
  const top = Math.max(...recent.map(([, value]) => value)) * 1.08 || 1;
  const x = (at: number) => round((1 - (now - at) / span) * SPARK.width);
  const y = (value: number) => round(SPARK.height - 1 - (value / top) * (SPARK.height - 2));
  const runs = split(recent);
  const path = (run: Point[]) => run.map(([at, value], i) => `${i ? 'L' : 'M'}${x(at)} ${y(value)}`).join('');
  return {
    line: runs.map(path).join(''),
    area: runs
      .map((run) => `${path(run)}L${x(run.at(-1)![0])} ${SPARK.height}L${x(run[0]![0])} ${SPARK.height}Z`)
      .join(''),
  };
}

const recentOf = (points: Point[], now: number) =>
  points.filter(([at, value]) => at > now - HOUR && Number.isFinite(value));

const spanOf = ([first]: Point[], now: number) => (first ? Math.min(HOUR, Math.max(SHORTEST, now - first[0])) : HOUR);

/** Where points are missing, by the usual distance between them. */
function split(points: Point[]): Point[][] {
  const steps = points.slice(1).map(([at], i) => at - points[i]![0]);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)]!;
  const runs: Point[][] = [[points[0]!]];
  steps.forEach((step, i) => {
    if (step > usual * 3) runs.push([]);
    runs.at(-1)!.push(points[i + 1]!);
  });
  return runs;
}

const round = (n: number): number => Math.round(n * 10) / 10;
