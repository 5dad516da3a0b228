import { percent, round, seconds, sentence } from '../format.ts';
import type { Rule } from '../snapshot.ts';
import {
  ageEvidence,
  failedFor,
  isLong,
  isNoneDetected,
  isSlow,
  LONG_MS,
  noneDetected,
  noticeableAge,
  silentEvidence,
} from '../thresholds.ts';
import { silentPart } from './parts.ts';

export const gatewayAway: Rule = (snapshot) => {
  const silent = silentPart(snapshot, 'gateway');
  const unreachable = failedFor(snapshot, 'gateway_unreachable').length > 0;
  const why = snapshot.gateway ?? (unreachable ? 'the connector cannot reach the gateway' : undefined);
  if (!silent && !(why && isNoneDetected(snapshot))) return undefined;
  return {
    cause: 'gateway-unreachable',
    severity: 'critical',
    message: why
      ? `Detection is away: ${sentence(why)}`
      : `Detection is away: the gateway has not answered for ${seconds(silent!.seconds)}.`,
    advice: 'Frames wait until their deadline. See whether the gateway runs and can be reached.',
    evidence: [...(silent ? [silentEvidence(silent)] : []), ...noneDetected(snapshot)],
  };
};

export const gateway: Rule = (snapshot) => {
  const { stages, total } = snapshot.latency;
  if (!stages || !total || !isSlow(snapshot, noticeableAge)) return undefined;
  if (!isLong(stages.gateway, total.mean)) return undefined;
  return {
    cause: 'gateway',
    severity: 'warning',
    message: `The hop through the gateway takes ${round(stages.gateway)} ms, ${percent(stages.gateway / total.mean)} of a frame's latency.`,
    advice: 'Look at the gateway and the network between it and the replicas; more replicas do not help.',
    evidence: [
      { title: 'through the gateway and back', value: stages.gateway, unit: 'ms', limit: LONG_MS, series: 'stages' },
      ageEvidence(snapshot, noticeableAge(snapshot)),
    ],
  };
};
