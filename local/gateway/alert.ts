import { z } from 'zod';
import type { FunctionStatus } from './status.ts';

/** What Alertmanager posts; of it the OpenFaaS gateway reads these two. */
export const alertBody = z.object({
  alerts: z.array(z.object({ status: z.string(), labels: z.object({ function_name: z.string() }) })),
});

const LABEL = 'com.openfaas.scale.';
const DEFAULTS = { min: 1, max: 5, factor: 10 };

/**
 * How many replicas an alert asks for, as the OpenFaaS CE gateway reckons: while it fires a step of `factor` percent of the maximum
 * up, with any other status straight to the minimum.
 */
export function replicasAfter(
  status: string,
  { replicas, labels }: Pick<FunctionStatus, 'replicas' | 'labels'>,
): number {
  const read = (name: keyof typeof DEFAULTS) => {
    const n = Number(labels[LABEL + name]);
    return Number.isInteger(n) && n > 0 ? n : DEFAULTS[name];
  };
  const max = read('max');
  if (status !== 'firing') return read('min');
  return Math.max(replicas, Math.min(max, replicas + Math.ceil((max / 100) * read('factor'))));
}
