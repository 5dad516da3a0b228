import { count, percent, sentence } from '../format.ts';
import type { Rule } from '../snapshot.ts';

/** Of its frames, for a viewer: it shows four of five, and nobody sees the difference. */
const SKIPPED = 0.2;

export const viewer: Rule = ({ viewers }) => {
  if (viewers.slow === 0 || viewers.skipped < SKIPPED) return undefined;
  return {
    cause: 'viewer',
    severity: 'warning',
    message: `${viewers.slow} of ${count(viewers.count, 'viewer')} ${viewers.slow === 1 ? 'is' : 'are'} too slow for the pictures: ${percent(viewers.skipped)} are skipped.`,
    advice: 'That browser or its connection cannot take more: fewer or smaller pictures there. Nobody else is held up.',
    evidence: [{ title: 'of its pictures are skipped', value: viewers.skipped, unit: 'ratio', limit: SKIPPED }],
  };
};

export const metrics: Rule = ({ gauges }) =>
  gauges.problem
    ? {
        cause: 'metrics',
        severity: 'warning',
        message: `No metrics: ${sentence(gauges.problem)}`,
        advice:
          'Frames do not notice, but replicas do not follow the load, and charts end here. See whether Prometheus runs.',
        evidence: [],
      }
    : undefined;
