import { METRIC } from '@framewire/contract';

/** What a person sees in Prometheus as the evidence for a sentence. */
export const CHART = {
  replicas: `sum by (node_id) (rate(${METRIC.processed}[1m]))`,
  outcomes: `sum by (outcome) (rate(${METRIC.frames}[1m]))`,
};

/** The address of a chart of the last hour; none where Prometheus has no address for people. */
export function chart(prometheus: string | undefined, expression: string): string | undefined {
  if (!prometheus) return undefined;
  const address = new URL('graph', prometheus.endsWith('/') ? prometheus : `${prometheus}/`);
  address.search = new URLSearchParams({ 'g0.expr': expression, 'g0.tab': '0', 'g0.range_input': '1h' }).toString();
  return address.href;
}
