/**
 * What the rules measure a snapshot by: whether frames are slow or lost, what replicas' work was made of, how patient to be, and the numbers
 * that a finding shows.
 */
import type { Evidence, ReasonCode, ReplicaView, ResultRecord } from '@framewire/contract';
import { scopesOf } from './scope.ts';
import type { Snapshot } from './snapshot.ts';

/** A frame that took half of the target until its outcome is late on the screen when anything else comes along. One of four frames. */
export const slowAge = ({ target }: Snapshot) => target / 2;
/** Where the kernel itself says what was waited for, a quarter of the target is enough to say so. */
export const noticeableAge = ({ target }: Snapshot) => target / 4;
/** And where hardly anything else was done but wait, an eighth. */
export const starvedAge = ({ target }: Snapshot) => target / 8;
/** Of fewer frames no mean is worth a word. */
const MIN_FRAMES = 5;
/** Frames a second that are shed or dropped, and the share of those that were asked for: one that is late now and then is no overload. */
const LOSING = 0.5;
const LOSING_SHARE = 0.02;
/** And in so many of the window's seconds: a burst that passes is none either. */
const LOSING_SECONDS = 3;
/** A stage is the one to look at when it takes this share of the latency. */
export const LONG_PART = 0.35;
/** And no less than this, milliseconds: the longest stage of a fast pipeline is fast. */
export const LONG_MS = 100;
/** Replicas at work for so much of the time have no room for the next frame: the wait grows as 1 / (1 - utilisation). */
export const BUSY = 0.7;
/** A deadline is two seconds: after so long without one that got through, none does, seconds. */
const NONE_DETECTED = 2;
/** Nobody is given longer than so many times the usual: what hangs is to be named while it matters. */
const MAX_PATIENCE = 4;

/** Frames a second of all cameras together. */
const offered = ({ shares }: Snapshot['latency']) => shares.reduce((sum, share) => sum + share.offered, 0);

export function isLosing({ latency, records }: Snapshot): boolean {
  if (latency.dropped < Math.max(LOSING, LOSING_SHARE * offered(latency))) return false;
  const lost = records.filter(({ outcome, shed }) => outcome === 'shed' || outcome === 'expired' || shed?.length);
  return new Set(lost.map(({ timestamp }) => Math.floor(timestamp))).size >= LOSING_SECONDS;
}

/** Of the frames that came, the share that was shed, dropped or late, 0 to 1. */
export function droppedRatio({ latency }: Snapshot): number {
  const all = offered(latency);
  return all > 0 ? Math.min(1, latency.dropped / all) : 0;
}

export const areEnough = ({ latency }: Snapshot) => latency.frames >= MIN_FRAMES;

export function isSlow(snapshot: Snapshot, limit: (snapshot: Snapshot) => number): boolean {
  const { total } = snapshot.latency;
  return total !== undefined && areEnough(snapshot) && (total.p75 >= limit(snapshot) || isLosing(snapshot));
}

export const isLong = (part: number, age: number) => part >= LONG_MS && part / age >= LONG_PART;

/** How long frames are in the queue of a function whose replicas are not busy, milliseconds; 0 where they are not long in any. */
export const freeQueueMs = (snapshot: Snapshot): number =>
  Math.max(
    0,
    ...scopesOf(snapshot).map((scope) => {
      const { stages, total } = scope.latency;
      const isWaiting = stages && total && isLong(stages.queue, total.mean) && busyOf(scope) < BUSY;
      return isWaiting ? stages.queue : 0;
    }),
  );

/** Frames are long in a queue, and not for want of a replica. */
export const waits = (snapshot: Snapshot): boolean => freeQueueMs(snapshot) > 0;

/** Share of the time that workers are at work, by what replicas report of each frame: transport to them does not count. */
export function busyOf({ gauges, latency: { replicas } }: Snapshot): number {
  const busy = replicas.reduce((sum, { rate, work }) => sum + (rate * work) / 1000, 0);
  return replicas.length > 0 ? Math.min(1, busy / Math.max(gauges.workers ?? 0, replicas.length)) : 0;
}

/** All replicas as one, each by how many frames it had. */
export function workOf({ latency: { replicas }, records }: Snapshot) {
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

/** How many times longer work takes because it waits for a CPU: here, or where detectors work. */
export function stretchOf(snapshot: Snapshot): number {
  const { work } = workOf(snapshot);
  const theirs = work && work.cpu > 0 ? (work.cpu + work.run_queue) / work.cpu : 1;
  return Math.max(1, snapshot.host.stretch, theirs);
}

/** How long no answer is none, seconds: a part that has to wait for a CPU takes so many times longer to give one. */
export const patience = (snapshot: Snapshot, seconds: number) => seconds * Math.min(stretchOf(snapshot), MAX_PATIENCE);

/** Seconds without a frame that got through, after which none does. */
export const isNoneDetected = (snapshot: Snapshot) => snapshot.detectedAgo >= patience(snapshot, NONE_DETECTED);

/** The replica that has most of it; 0 where none says. */
export function most({ latency: { replicas } }: Snapshot, by: keyof ReplicaView): { node_id: string; value: number } {
  return replicas
    .map((replica) => ({ node_id: replica.node_id, value: Number(replica[by] ?? 0) }))
    .reduce((worst, one) => (one.value > worst.value ? one : worst), { node_id: '', value: 0 });
}

/** Of the last seconds' frames those that failed for one of these reasons. */
export const failedFor = ({ records }: Snapshot, ...codes: ReasonCode[]): ResultRecord[] =>
  records.filter(({ reason_code }) => reason_code !== undefined && codes.includes(reason_code));

/** How long its last try had, milliseconds: a few of them are the rest of a frame's life, and say nothing. */
export const triedFor = ({ stages: { invoked_at, answered_at } }: ResultRecord): number =>
  invoked_at === undefined || answered_at === undefined ? 0 : answered_at - invoked_at;

/** Why a try failed, in a few words. */
export function describe({ reason_code, http_status, function_code, reason }: ResultRecord): string {
  switch (reason_code) {
    case 'no_replica':
      return http_status === undefined ? 'the gateway has none' : `the gateway answers ${http_status}`;
    case 'invoke_timeout':
      return 'there was no answer in the whole time that an invocation may take';
    case 'deadline_in_function':
      return 'there was no answer before the deadline';
    case 'reply_truncated':
      return 'its answers break off';
    case 'reply_too_large':
      return 'its answers are too large';
    case 'function_error':
      return `it answers ${[http_status, function_code && `(${function_code})`].filter(Boolean).join(' ')}`;
    default:
      return reason ?? 'no reason given';
  }
}

export const noneDetected = ({ detectedAgo }: Snapshot): Evidence[] => [
  { title: 'since a frame was detected', value: detectedAgo, unit: 's', limit: NONE_DETECTED, series: 'outcomes' },
];

export const ageEvidence = ({ latency }: Snapshot, limit: number): Evidence => ({
  title: 'one of four frames takes longer than',
  value: latency.total?.p75 ?? 0,
  unit: 'ms',
  limit,
  series: 'end_to_end',
});

export const lostEvidence = ({ latency }: Snapshot): Evidence => ({
  title: 'frames are dropped',
  value: latency.dropped,
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
  return [{ title: `of the time programs wait for ${what} (PSI)`, value, unit: 'ratio', limit, series: 'pressure' }];
}

/** That a part has not answered for so long. */
export const silentEvidence = ({ seconds, limit }: { seconds: number; limit: number }): Evidence => ({
  title: 'since it answered',
  value: seconds,
  unit: 's',
  limit,
});
