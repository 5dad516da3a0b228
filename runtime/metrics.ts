import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with what Node itself exports: CPU, memory, event loop lag, garbage collection, handles. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

export { Counter, Gauge, Histogram, Registry } from 'prom-client';
