import type { StatusAnswer } from '@framewire/contract';
import { type Answer, shown } from '../overview/readings.ts';
import { toHistory } from '../routing/route.ts';
import { count } from '../ui/format.ts';

/** The state of one part of the system, with a link to more. */
export interface Part {
  name: string;
  message: string;
  ok: boolean;
  /** Relative to the page. */
  evidence: string;
}

/** The parts in the order in which a frame passes them. A part that is not ok links to the diagnosis. */
export function partsOf(metrics: Answer, status: StatusAnswer | undefined, now: number): Part[] {
  if (!status) return [];
  const replicas = shown(metrics, 'replicas', now);
  const parts: Part[] = [
    { name: 'broker', ...status.broker, evidence: toHistory(['queue', 'drain']) },
    { name: 'gateway', ...status.gateway, evidence: toHistory(['stages']) },
    {
      name: 'detect-faces',
      ...replicaState(replicas.oldSince ? undefined : replicas.value),
      evidence: '#/replicas',
    },
    { name: 'results', ...status.stream, evidence: '#/frames' },
    { name: 'Prometheus', ...status.prometheus, evidence: toHistory() },
  ];
  return parts.map((part) => (part.ok ? part : { ...part, evidence: '#/diagnosis' }));
}

function replicaState(replicas: number | undefined): Pick<Part, 'message' | 'ok'> {
  if (replicas === undefined) return { message: 'replicas unknown', ok: true };
  return { message: count(replicas, 'replica'), ok: replicas > 0 };
}
