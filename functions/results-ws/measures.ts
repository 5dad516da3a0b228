/**
 * What the rules in `causes.ts` measure facts by: whether frames are slow or let go, what replicas' work was made of, and the numbers that
 * a finding shows.
 */
import type { Evidence, ReplicaView, ResultRecord } from '@framewire/contract';
import type { Facts } from './facts.ts';

/** A picture that took half of the target until its outcome is late at the glass when anything else comes along. One of four frames. */
export const slowAge = ({ target }: Facts) => target / 2;
/** Where the kernel itself says what was waited for, a quarter of the target is enough to say so. */
export const noticeableAge = ({ target }: Facts) => target / 4;
/** And where hardly anything else was done but wait, an eighth. */
export const starvedAge = ({ target }: Facts) => target / 8;
/** Of fewer frames no mean is worth a word. */
const ENOUGH = 5;
/** Frames a second that are let go, and of those that were asked for: one that is late now and then is no overload. */
const LOSING = 0.5;
const LOSING_SHARE = 0.02;
/** And in so many of the window's seconds: a burst that passes is none either. */
const LOSING_SECONDS = 3;
/** A part of the way is the one to look at when it takes this share of it. */
export const LONG_PART = 0.35;
/** And no less than this, milliseconds: of a quick way the longest part is quick. */
export const LONG_MS = 100;
/** Replicas at work for so much of the time have no room for the next frame: the wait grows as 1 / (1 - utilisation). */
export const BUSY = 0.7;
/** A deadline is two seconds: after so long without one that got through, none does, seconds. */
export const NONE_DETECTED = 2;

export function isLosing({ way, records }: Facts): boolean {
  const asked = way.shares.reduce((sum, share) => sum + share.asked, 0);
  if (way.lost < Math.max(LOSING, LOSING_SHARE * asked)) return false;
  const lost = records.filter(({ outcome, shed }) => outcome === 'shed' || outcome === 'expired' || shed?.length);
  return new Set(lost.map(({ timestamp }) => Math.floor(timestamp))).size >= LOSING_SECONDS;
}

export const areEnough = ({ way }: Facts) => way.frames >= ENOUGH;

export function isSlow(facts: Facts, limit: (facts: Facts) => number): boolean {
  const { age } = facts.way;
  return age !== undefined && areEnough(facts) && (age.p75 >= limit(facts) || isLosing(facts));
}

export const isLong = (part: number, age: number) => part >= LONG_MS && part / age >= LONG_PART;

/** Frames are long in the queue, and not for want of a replica. */
export function waits(facts: Facts): boolean {
  const { stages, age } = facts.way;
  return stages !== undefined && age !== undefined && isLong(stages.queue, age.mean) && busyOf(facts) < BUSY;
}

/** Share of the time that workers are at work, by what replicas say of each frame: time on the way to them is none of it. */
export function busyOf({ gauges, way: { replicas } }: Facts): number {
  const busy = replicas.reduce((sum, { rate, work }) => sum + (rate * work) / 1000, 0);
  return replicas.length > 0 ? Math.min(1, busy / Math.max(gauges.workers ?? 0, replicas.length)) : 0;
}

/** All replicas as one, each by how many frames it had. */
export function workOf({ way: { replicas }, records }: Facts) {
  const rate = replicas.reduce((sum, replica) => sum + replica.rate, 0);
  if (rate === 0) return {};
  const of = (name: 'work' | 'cpu' | 'run_queue' | 'blocked' | 'major_faults') =>
    replicas.reduce((sum, replica) => sum + replica[name] * replica.rate, 0) / rate;
  const detected = records.filter(({ outcome }) => outcome === 'detected');
  return {
    work: {
      work: of('work'),
      cpu: of('cpu'),
      run_queue: of('run_queue'),
      blocked: of('blocked'),
      major_faults: of('major_faults'),
    },
    faulting: detected.filter(({ stages }) => (stages.major_faults ?? 0) > 0).length / detected.length,
  };
}

/** The replica that has most of it; 0 where none says. */
export function most({ way: { replicas } }: Facts, by: keyof ReplicaView): { node_id: string; value: number } {
  return replicas
    .map((replica) => ({ node_id: replica.node_id, value: Number(replica[by] ?? 0) }))
    .reduce((worst, one) => (one.value > worst.value ? one : worst), { node_id: '', value: 0 });
}

/** Words of frames that were not detected in the last seconds. */
export const reasons = ({ records }: Facts): string[] =>
  records.flatMap(
    ({ outcome, reason }: ResultRecord) => (outcome !== 'detected' && outcome !== 'rejected' && reason) || [],
  );

/** What stands behind "its deadline passed 3 ms ago: ". */
export const afterDeadline = (reason: string) => reason.replace(/^its deadline passed .*? ago: /, '');

export const noneDetected = ({ detectedAgo }: Facts): Evidence[] => [
  { words: 'since a frame was detected', value: detectedAgo, unit: 's', limit: NONE_DETECTED, series: 'outcomes' },
];

export const ageEvidence = ({ way }: Facts, limit: number): Evidence => ({
  words: 'one of four frames takes longer',
  value: way.age?.p75 ?? 0,
  unit: 'ms',
  limit,
  series: 'age',
});

export const lostEvidence = ({ way }: Facts): Evidence => ({
  words: 'are let go',
  value: way.lost,
  unit: 'frames/s',
  limit: LOSING,
  series: 'outcomes',
});

export function pressureEvidence(
  { node_id, value }: { node_id: string; value: number },
  what: string,
  limit: number,
): Evidence[] {
  if (!node_id) return [];
  return [{ words: `of the time programs wait for ${what} (PSI)`, value, unit: 'share', limit, series: 'pressure' }];
}
