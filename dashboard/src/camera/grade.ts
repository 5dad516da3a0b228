import type { Finding, Share, SloAnswer } from '@framewire/contract';
import { partOf } from '../ledger/fairness.ts';
import { percent, percentBelow } from '../ui/format.ts';
import type { CameraState } from './camera-state.ts';

/** A camera's grade and the reason for it. */
export interface Grade {
  word: 'good' | 'fair' | 'poor' | 'none';
  reason: string;
}

/** Below these shares of detected frames a camera is fair, or poor. */
const GOOD_SHARE = 0.98;
const FAIR_SHARE = 0.8;
/** Of its pictures so many are within the target, or it is poor; `objective` of them, or it is fair. */
const MIN_GOOD_RATIO = 0.9;

export interface Graded {
  state: CameraState;
  /** Its offered and detected frame rates. */
  share?: Share;
  /** How well it meets the latency SLO. */
  slo?: SloAnswer['cameras'][number];
  target: number;
  objective: number;
  /** The server's findings about it. */
  findings: Finding[];
  /** How often it went offline in the last hour. */
  losses: number;
}

/** The worst grade that applies, with its reason. */
export function grade({ state, share, slo, target, objective, findings, losses }: Graded): Grade {
  if (state.kind !== 'live') return { word: 'none', reason: state.detail ?? state.title ?? state.word };
  const bad =
    findings.find(({ severity }) => severity === 'critical') ?? findings.find(({ severity }) => severity === 'warning');
  if (bad) return { word: bad.severity === 'critical' ? 'poor' : 'fair', reason: bad.message };
  const part = share && share.offered > 0 ? partOf(share) : undefined;
  const detected = part === undefined ? undefined : `${percent(part)} of its frames are detected`;
  const fresh = slo && `${percentBelow(slo.good_ratio, objective)} of its pictures are within ${target} ms`;
  if (part !== undefined && part < FAIR_SHARE) return { word: 'poor', reason: `only ${detected}` };
  if (slo && slo.good_ratio < MIN_GOOD_RATIO) return { word: 'poor', reason: `only ${fresh}` };
  if (part !== undefined && part < GOOD_SHARE) return { word: 'fair', reason: detected! };
  if (slo && slo.good_ratio < objective) return { word: 'fair', reason: `only ${fresh}` };
  if (losses > 0)
    return { word: 'fair', reason: `it went offline ${losses === 1 ? 'once' : `${losses} times`} in the last hour` };
  return { word: 'good', reason: [detected, fresh].filter(Boolean).join(', ') || 'pictures arrive' };
}
