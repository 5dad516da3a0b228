import { METRIC, type Stages } from '@framewire/contract';
import { createStallReader, Gauge, type Registry } from '@framewire/runtime/telemetry';

export type PsiStages = Pick<Stages, 'cpu_pressure' | 'memory_pressure' | 'io_pressure'>;

/** Pressure stall information (PSI): the share of the time in which a program on this machine waited for CPU, memory or I/O. */
export interface MachinePressure {
  /** Over the last second, 0 to 1; absent if the kernel does not report it. */
  read(): PsiStages;
}

/** @param clock monotonic, milliseconds. */
export function createMachinePressure(options: {
  registry: Registry;
  nodeId: string;
  read?: (path: string) => string;
  clock?: () => number;
}): MachinePressure {
  const { registry, nodeId, read, clock } = options;
  const stalled = createStallReader({ read, clock });

  new Gauge({
    name: METRIC.pressure,
    help: 'Share of the last second in which a program on this machine waited for cpu, memory or io (PSI), 0 to 1.',
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
