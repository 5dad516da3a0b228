import { collectDefaultMetrics, Registry } from 'prom-client';
import { backgroundFailures } from '../process/background.ts';
import { registerBuildInfo } from './build-info.ts';
import { logLinesDropped } from './log-output.ts';

/**
 * A registry with what Node itself exports (CPU, memory, event loop lag, garbage collection, handles), what every process counts,
 * and the version that runs.
 */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(backgroundFailures);
  registry.registerMetric(logLinesDropped);
  registerBuildInfo(registry);
  return registry;
}

export { Counter, Gauge, Histogram, Registry } from 'prom-client';
