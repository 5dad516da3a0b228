import type { KeptPromise } from '@framewire/contract';
import type { Snapshot } from './snapshot.ts';
import { areEnough, isLosing, lostShare } from './thresholds.ts';

/** Of so few pictures or outcomes no share is worth a word. */
const MIN_PICTURES = 20;
/** A frame that had its outcome after so much of the target is late when it is drawn. */
const NEARLY = 0.8;
/** Late outcomes of the last seconds: so many times what the goal allows, since the seconds are few. */
const BURN = 5;

/**
 * Whether the SLO is met: pictures as fresh as the target, and frames that are not dropped. By what viewers drew where somebody
 * draws, over a minute and still so in its last seconds; and by the outcomes of the last seconds, which show first what is to come.
 */
export function assessSlo(snapshot: Snapshot): KeptPromise {
  const { target, goal, drawn, latency, records } = snapshot;
  const ages = records.flatMap(({ outcome, timestamp, original_timestamp }) =>
    outcome === 'detected' ? (timestamp - original_timestamp) * 1000 : [],
  );
  const lateShare = ages.length > 0 ? ages.filter((age) => age > target).length / ages.length : 0;
  const allowed = 1 - goal;
  const drawnLate =
    drawn !== undefined &&
    [drawn.minute, drawn.lately].every(({ pictures, within }) => pictures >= MIN_PICTURES && within < goal);
  const outcomesLate = areEnough(snapshot) && ages.length >= MIN_PICTURES && lateShare >= BURN * allowed;
  const soon = areEnough(snapshot) && latency.age !== undefined && latency.age.p95 >= NEARLY * target;
  const within =
    drawn && drawn.minute.pictures >= MIN_PICTURES ? drawn.minute.within : ages.length ? 1 - lateShare : undefined;
  return {
    target,
    goal,
    ...(within !== undefined && { within }),
    ...(latency.age && { p95: latency.age.p95 }),
    lost: lostShare(snapshot),
    holds: drawnLate || outcomesLate || isLosing(snapshot) ? 'no' : soon ? 'barely' : 'yes',
  };
}
