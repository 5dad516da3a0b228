import { METRIC, type Stages } from '@framewire/contract';
import { createStallReader } from '@framewire/runtime/process';
import { Gauge, type Registry } from '@framewire/runtime/telemetry';

export type Pressures = Pick<Stages, 'cpu_pressure' | 'memory_pressure' | 'io_pressure'>;

/** What the kernel says of everything that runs beside the detector (PSI): for what share of the time some of it stood still for want of what. */
export interface Pressure {
  /** Over the last second, 0 to 1; what the kernel does not tell is absent. */
  read(): Pressures;
}

/** @param clock milliseconds that only go on. */
export function createPressure(options: {
  registry: Registry;
  nodeId: string;
  read?: (path: string) => string;
  clock?: () => number;
}): Pressure {
  const { registry, nodeId, read, clock } = options;
  const stalled = createStallReader({ read, clock });

  new Gauge({
    name: METRIC.pressure,
    help: 'Share of the last second in which some program here stood still for want of cpu, memory or io (PSI), 0 to 1.',
    labelNames: ['node_id', 'resource'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [resource, share] of Object.entries(stalled())) this.set({ node_id: nodeId, resource }, share);
    },
  });

  return {
    read: () =>
      Object.fromEntries(Object.entries(stalled()).map(([resource, share]) => [`${resource}_pressure`, share])),
  };
}
