import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';
import { type FunctionProvider, NAMESPACE } from './faas-provider.ts';

export interface GatewayMetrics {
  /** Counts the start of an invocation; call the returned function with the status of its response. */
  started(name: string): (code: number) => void;
  /** Invocations of a function so far. */
  invocations(name: string): number;
}

/** The metrics of the OpenFaaS gateway, under its names. */
export function createMetrics(registry: Registry, provider: FunctionProvider): GatewayMetrics {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'gateway_functions_seconds',
    help: 'Time that functions took to answer, seconds.',
    labelNames: ['function_name', 'code'],
    registers,
  });
  const total = new Counter({
    name: 'gateway_function_invocation_total',
    help: 'Invocations that were answered.',
    labelNames: ['function_name', 'code'],
    registers,
  });
  const begun = new Counter({
    name: 'gateway_function_invocation_started',
    help: 'Invocations that began.',
    labelNames: ['function_name'],
    registers,
  });
  new Gauge({
    name: 'gateway_service_count',
    help: 'Replicas of each function.',
    labelNames: ['function_name'],
    registers,
    collect() {
      this.reset();
      for (const { name, replicas } of provider.list()) this.set({ function_name: qualified(name) }, replicas);
    },
  });
  const counts = new Map<string, number>();
  return {
    started(name) {
      const function_name = qualified(name);
      begun.inc({ function_name });
      const since = process.hrtime.bigint();
      return (code) => {
        seconds.observe({ function_name, code }, Number(process.hrtime.bigint() - since) / 1e9);
        total.inc({ function_name, code });
        counts.set(name, (counts.get(name) ?? 0) + 1);
      };
    },
    invocations: (name) => counts.get(name) ?? 0,
  };
}

const qualified = (name: string) => `${name}.${NAMESPACE}`;
