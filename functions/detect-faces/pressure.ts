import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRIC, type Stages } from '@framewire/contract';
import { Gauge, type Registry } from '@framewire/runtime';

export type Pressures = Pick<Stages, 'cpu_pressure' | 'memory_pressure' | 'io_pressure'>;

/** What the kernel says of everything that runs beside the detector (PSI): for what share of the time some of it stood still for want of what. */
export interface Pressure {
  /** Over the last second, 0 to 1; what the kernel does not tell is absent. */
  read(): Pressures;
}

const RESOURCES = ['cpu', 'memory', 'io'] as const;
type Resource = (typeof RESOURCES)[number];
/** The kernel itself averages over two seconds: to look more often tells nothing new, milliseconds. */
const LEAST_MS = 1_000;
/** What lies further back is not what it is now. */
const MOST_MS = 3_000;

/**
 * Of the process's own control group where it has one, which in a container is the container's; else of the machine.
 * @param clock milliseconds that only go on.
 */
export function createPressure(options: {
  registry: Registry;
  nodeId: string;
  read?: (path: string) => string;
  clock?: () => number;
}): Pressure {
  const { registry, nodeId, read = (path) => readFileSync(path, 'utf8'), clock = () => performance.now() } = options;
  const files = RESOURCES.flatMap((resource): [Resource, string][] => {
    const file = fileOf(resource, read);
    return file ? [[resource, file]] : [];
  });
  let before = look();
  let last: Pressures = {};

  function look() {
    const totals = files.map(([resource, file]) => [resource, totalOf(attempt(read, file))] as const);
    return { at: clock(), totals: new Map(totals) };
  }

  function refresh(): Pressures {
    const elapsed = clock() - before.at;
    if (elapsed < LEAST_MS) return last;
    const now = look();
    const shares = RESOURCES.flatMap((resource) => {
      const stalled = (now.totals.get(resource) ?? Number.NaN) - (before.totals.get(resource) ?? Number.NaN);
      return Number.isFinite(stalled) ? [[`${resource}_pressure`, shareOf(stalled, now.at - before.at)]] : [];
    });
    before = now;
    // after a pause the mean is of a time that nobody asks about
    last = elapsed > MOST_MS ? {} : Object.fromEntries(shares);
    return last;
  }

  new Gauge({
    name: METRIC.pressure,
    help: 'Share of the last second in which some program here stood still for want of cpu, memory or io (PSI), 0 to 1.',
    labelNames: ['node_id', 'resource'],
    registers: [registry],
    collect() {
      this.reset();
      const pressures = refresh();
      for (const resource of RESOURCES) {
        const share = pressures[`${resource}_pressure`];
        if (share !== undefined) this.set({ node_id: nodeId, resource }, share);
      }
    },
  });

  return { read: refresh };
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
