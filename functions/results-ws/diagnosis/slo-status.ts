import type { SloStatus } from '@framewire/contract';
import { round } from '../latency/round.ts';
import { ageOf, TIME_DIGITS } from '../latency/stages.ts';
import type { Snapshot } from './snapshot.ts';
import { areEnough, droppedRatio, isLosing } from './thresholds.ts';

/** Of so few frames or outcomes no share is worth a word. */
const MIN_FRAMES = 20;
/** A frame that had its outcome after so much of the target is late when it is drawn. */
const NEARLY = 0.8;
/** Late outcomes of the last seconds: so many times what the objective allows, since the seconds are few. */
const BURN = 5;

/**
 * Whether the SLO is met: frames as fresh as the target, and frames that are not dropped. By what viewers drew where somebody
 * draws, over a minute and still so in its last seconds; and by the outcomes of the last seconds, which show first what is to come.
 */
export function assessSlo(snapshot: Snapshot): SloStatus {
  const { target, objective, drawn, latency, records } = snapshot;
  const ages = records.filter(({ outcome }) => outcome === 'detected').map(ageOf);
  const lateShare = ages.length > 0 ? ages.filter((age) => age > target).length / ages.length : 0;
  const allowed = 1 - objective;
  const drawnLate =
    drawn !== undefined &&
    [drawn.minute, drawn.lately].every(({ frames, good_ratio }) => frames >= MIN_FRAMES && good_ratio < objective);
  const outcomesLate = areEnough(snapshot) && ages.length >= MIN_FRAMES && lateShare >= BURN * allowed;
  const soon = areEnough(snapshot) && latency.total !== undefined && latency.total.p95 >= NEARLY * target;
  const good_ratio =
    drawn && drawn.minute.frames >= MIN_FRAMES ? drawn.minute.good_ratio : ages.length ? 1 - lateShare : undefined;
  return {
    target,
    objective,
    ...(good_ratio !== undefined && { good_ratio }),
    ...(latency.total && round({ p95: latency.total.p95 }, TIME_DIGITS)),
    dropped_ratio: droppedRatio(snapshot),
    status: drawnLate || outcomesLate || isLosing(snapshot) ? 'missed' : soon ? 'at_risk' : 'met',
  };
}
