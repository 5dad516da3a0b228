import type { Finding, ObjectiveAnswer, Share } from '@framewire/contract';
import { partOf } from '../ledger/fairness.ts';
import { percent, percentBelow } from '../ui/format.ts';
import type { TileState } from './camera-state.ts';

/** How a camera does: a word, and the reason for it. */
export interface Grade {
  word: 'good' | 'fair' | 'poor' | 'none';
  reason: string;
}

/** A camera gets so much of what it asks for, or is fair; or poor. */
const GOOD = 0.98;
const FAIR = 0.8;
/** Of its pictures so many are within the target, or it is poor; `goal` of them, or it is fair. */
const LATE = 0.9;

export interface Graded {
  state: TileState;
  /** Of its frames, what was asked for and shown of late. */
  share?: Share;
  /** Of its pictures, how many were fresh when they were drawn. */
  objective?: ObjectiveAnswer['cameras'][number];
  target: number;
  goal: number;
  /** What the server found of it. */
  findings: Finding[];
  /** How often it went offline in the last hour. */
  losses: number;
}

/** The worst of what is so, and why. */
export function grade({ state, share, objective, target, goal, findings, losses }: Graded): Grade {
  if (state.kind !== 'live') return { word: 'none', reason: state.detail ?? state.title ?? state.word };
  const bad = findings.find(({ tone }) => tone === 'bad') ?? findings.find(({ tone }) => tone === 'warn');
  if (bad) return { word: bad.tone === 'bad' ? 'poor' : 'fair', reason: bad.words };
  const part = share && share.asked > 0 ? partOf(share) : undefined;
  const shown = part === undefined ? undefined : `${percent(part)} of its frames are shown`;
  const fresh = objective && `${percentBelow(objective.within, goal)} of its pictures are within ${target} ms`;
  if (part !== undefined && part < FAIR) return { word: 'poor', reason: `only ${shown}` };
  if (objective && objective.within < LATE) return { word: 'poor', reason: `only ${fresh}` };
  if (part !== undefined && part < GOOD) return { word: 'fair', reason: shown! };
  if (objective && objective.within < goal) return { word: 'fair', reason: `only ${fresh}` };
  if (losses > 0)
    return { word: 'fair', reason: `it went offline ${losses === 1 ? 'once' : `${losses} times`} in the last hour` };
  return { word: 'good', reason: [shown, fresh].filter(Boolean).join(', ') || 'pictures come' };
}
