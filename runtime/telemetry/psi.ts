import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const RESOURCES = ['cpu', 'memory', 'io'] as const;
type Resource = (typeof RESOURCES)[number];
/** By resource: the share of the last second in which some program stood still for want of it, 0 to 1. What the kernel does not tell is absent. */
export type StallShares = Partial<Record<Resource, number>>;

/** The kernel averages over two seconds, so reading more often gives nothing new. Milliseconds. */
const MIN_INTERVAL_MS = 1_000;
/** A longer interval says nothing about the present. Milliseconds. */
const MAX_INTERVAL_MS = 3_000;

/**
 * What the kernel says of everything that runs beside this process (PSI). Of the process's own control group where it has one, which in
 * a container is the container's; else of the machine.
 * @param clock milliseconds that only go on.
 */
export function createStallReader(
  options: { read?: (path: string) => string; clock?: () => number } = {},
): () => StallShares {
  const { read = (path) => readFileSync(path, 'utf8'), clock = () => performance.now() } = options;
  const files = RESOURCES.flatMap((resource): [Resource, string][] => {
    const file = fileOf(resource, read);
    return file ? [[resource, file]] : [];
  });
  let before = look();
  let last: StallShares = {};

  function look() {
    const totals = files.map(([resource, file]) => [resource, totalOf(attempt(read, file))] as const);
    return { at: clock(), totals: new Map(totals) };
  }

  return () => {
    const elapsed = clock() - before.at;
    if (elapsed < MIN_INTERVAL_MS) return last;
    const now = look();
    const shares = RESOURCES.flatMap((resource) => {
      const stalled = (now.totals.get(resource) ?? Number.NaN) - (before.totals.get(resource) ?? Number.NaN);
      return Number.isFinite(stalled) ? [[resource, shareOf(stalled, now.at - before.at)]] : [];
    });
    before = now;
    // after a pause the mean is of a time that nobody asks about
    last = elapsed > MAX_INTERVAL_MS ? {} : Object.fromEntries(shares);
    return last;
  };
}

type Read = (path: string) => string;

function fileOf(resource: Resource, read: Read): string | undefined {
  const own = /^0::(\/.*)$/m.exec(attempt(read, '/proc/self/cgroup') ?? '')?.[1] ?? '/';
  const candidates = [join('/sys/fs/cgroup', own, `${resource}.pressure`), `/proc/pressure/${resource}`];
  return candidates.find((file) => totalOf(attempt(read, file)) !== undefined);
}

/** Microseconds that some program stood still, since the machine's start: `some avg10=0.00 avg60=0.00 avg300=0.00 total=8123`. */
function totalOf(text: string | undefined): number | undefined {
  const total = /^some .*\btotal=(\d+)/m.exec(text ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

const shareOf = (microseconds: number, elapsed: number) =>
  Math.round(Math.min(1, Math.max(0, microseconds / 1000 / elapsed)) * 1000) / 1000;

function attempt(read: Read, path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
