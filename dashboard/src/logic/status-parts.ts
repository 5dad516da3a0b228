import type { StatusAnswer } from '@framewire/contract';
import { CHART, chart } from './chart.ts';
import { count } from './format.ts';
import { type Answer, shown } from './readings.ts';

/** One part of the system in words, and where to see for oneself. */
export interface Part {
  name: string;
  words: string;
  ok: boolean;
  /** Relative to the page. */
  evidence: string;
}

/** The parts in the order in which a frame passes them. */
export function partsOf(metrics: Answer, status: StatusAnswer | undefined, now: number): Part[] {
  if (!status) return [];
  const prometheus = status.prometheus_url;
  const replicas = shown(metrics, 'replicas', now);
  return [
    { name: 'broker', ...status.broker, evidence: 'api/status' },
    { name: 'gateway', ...status.gateway, evidence: 'api/status' },
    {
      name: 'detect-faces',
      ...replicaWords(replicas.oldSince ? undefined : replicas.value),
      evidence: chart(prometheus, CHART.replicas) ?? 'api/metrics',
    },
    { name: 'results', ...status.stream, evidence: 'api/status' },
    { name: 'Prometheus', ...status.prometheus, evidence: prometheus ?? 'api/metrics' },
  ];
}

function replicaWords(replicas: number | undefined): Pick<Part, 'words' | 'ok'> {
  if (replicas === undefined) return { words: 'replicas unknown', ok: true };
  return { words: count(replicas, 'replica'), ok: replicas > 0 };
}
