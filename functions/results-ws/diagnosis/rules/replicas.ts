import { percent, round, seconds } from '../format.ts';
import { FACES } from '../functions.ts';
import type { Rule, Snapshot } from '../snapshot.ts';
import {
  ageEvidence,
  BUSY,
  busyOf,
  describe,
  failedFor,
  isLosing,
  isNoneDetected,
  isSlow,
  LONG_MS,
  LONG_PART,
  lostEvidence,
  most,
  noneDetected,
  patience,
  pressureEvidence,
  silentEvidence,
  slowAge,
  triedFor,
  workOf,
} from '../thresholds.ts';
import { CPU_PRESSURE } from './host.ts';
import { silentPart } from './parts.ts';

/** A try that had so long and no answer was not only the rest of a frame's life, milliseconds. */
const WHOLE_TRY_MS = 1_000;
/** Of the function that the snapshot is about. */
const nameOf = ({ fn = FACES }: Snapshot) => fn.name;
/** No frame takes so long on a worker that is well, seconds. */
const STUCK_S = 3;
/** Of the frames that were tried, and so many of them. */
const FAILED = 0.1;
const MIN_FAILED = 3;

export const noReplicas: Rule = (snapshot) => {
  if (!isNoneDetected(snapshot)) return undefined;
  const refused = failedFor(snapshot, 'no_replica', 'invoke_timeout', 'reply_truncated').at(-1);
  const unanswered = failedFor(snapshot, 'deadline_in_function').filter((record) => triedFor(record) >= WHOLE_TRY_MS);
  const last = refused ?? unanswered.at(-1);
  const asked = snapshot.records.some(({ outcome }) => outcome !== 'still') || (snapshot.broker.waiting ?? 0) > 0;
  if (!last && !(snapshot.gauges.replicas === 0 && asked)) return undefined;
  return {
    cause: 'no-replicas',
    severity: 'critical',
    message: `No replica of ${nameOf(snapshot)} answers${last ? `: ${describe(last)}` : ''}.`,
    advice: `See the log of ${nameOf(snapshot)}, and whether the gateway wants a replica of it at all.`,
    evidence: noneDetected(snapshot),
  };
};

/** One of several that hangs, or one of its workers: the others go on. */
export const replica: Rule = (snapshot) => {
  const silent = silentPart(snapshot, nameOf(snapshot));
  const advice = `End it: the gateway sends it frames until it has exited, and another one takes its place. See the log of ${nameOf(snapshot)}.`;
  if (silent)
    return {
      cause: 'replica',
      severity: 'warning',
      message: `Replica ${silent.instance} has not answered for ${seconds(silent.seconds)}: it hangs.`,
      advice,
      evidence: [silentEvidence(silent)],
      node_id: silent.instance,
    };
  const { stuck } = snapshot.gauges;
  const limit = patience(snapshot, STUCK_S);
  if (!stuck || stuck.seconds < limit) return undefined;
  return {
    cause: 'replica',
    severity: 'warning',
    message: `A worker of ${stuck.node_id} has been at one frame for ${seconds(stuck.seconds)}: it hangs.`,
    advice: 'It is ended and replaced by itself after FRAME_TIME_LIMIT_MS; other workers go on. See its log.',
    evidence: [{ title: 'at one frame', value: stuck.seconds, unit: 's', limit }],
    node_id: stuck.node_id,
  };
};

export const replicas: Rule = (snapshot) => {
  const { stages, total, replicas } = snapshot.latency;
  const busy = busyOf(snapshot);
  if (!stages || !total || !isSlow(snapshot, slowAge) || busy < BUSY) return undefined;
  const waiting = stages.queue + stages.hold + stages.wait;
  const losing = isLosing(snapshot);
  if (!losing && !(waiting >= LONG_MS && waiting / total.mean >= LONG_PART)) return undefined;
  const number = snapshot.gauges.replicas || replicas.length;
  const lost = losing
    ? `${round(snapshot.latency.dropped)} frames/s are dropped`
    : `frames wait ${percent(waiting / total.mean)} of their time`;
  return {
    cause: 'replicas',
    severity: 'warning',
    message: `Not enough replicas of ${nameOf(snapshot)}: ${lost} for ${number === 1 ? 'the only one, which is' : `${number}, which are`} busy ${percent(busy)} of the time.`,
    advice: 'Another replica helps, since there are cores for it; so do fewer frames a second.',
    evidence: [
      { title: 'of the time replicas are busy', value: busy, unit: 'ratio', limit: BUSY, series: 'utilisation' },
      { title: 'a frame waits', value: waiting, unit: 'ms', limit: LONG_MS, series: 'stages' },
      ...(losing ? [lostEvidence(snapshot)] : []),
      ...pressureEvidence(most(snapshot, 'cpu_pressure'), 'a CPU', CPU_PRESSURE),
    ],
  };
};

export const detector: Rule = (snapshot) => {
  const { stages, total } = snapshot.latency;
  const { work } = workOf(snapshot);
  if (!stages || !total || !work) return undefined;
  const own = stages.decode + stages.detect;
  if (!isSlow(snapshot, slowAge) || own < LONG_MS || own / total.mean < 0.5 || work.cpu / work.work < 0.5)
    return undefined;
  return {
    cause: 'detector',
    severity: 'warning',
    message: `The detector of ${nameOf(snapshot)} is heavy: ${round(own)} ms for a frame, ${percent(own / total.mean)} of its latency.`,
    advice: 'A lighter detector or smaller pictures help; more replicas do not make a single frame faster.',
    evidence: [
      { title: 'for one frame', value: own, unit: 'ms', limit: LONG_MS, series: 'latency' },
      { title: 'of it on a CPU', value: work.cpu / work.work, unit: 'ratio' },
      ageEvidence(snapshot, slowAge(snapshot)),
    ],
  };
};

/** What the function itself or the hop to it made of a frame, with time enough to do better. */
const hasFailed = (snapshot: Snapshot) => {
  const errors = failedFor(
    snapshot,
    'function_error',
    'invoke_timeout',
    'reply_truncated',
    'reply_too_large',
    'no_replica',
  );
  const failed = snapshot.records.filter(({ outcome }) => outcome === 'failed');
  return [...new Set([...errors, ...failed])];
};

export const failing: Rule = (snapshot) => {
  const bad = hasFailed(snapshot);
  const tried = snapshot.records.filter(({ outcome }) => outcome !== 'shed' && outcome !== 'still').length;
  const share = bad.length / tried;
  if (bad.length < MIN_FAILED || share < FAILED) return undefined;
  return {
    cause: 'failing',
    severity: 'warning',
    message: `Detection by ${nameOf(snapshot)} fails for ${percent(share)} of the frames: ${describe(bad.at(-1)!)}.`,
    advice: `See the log of ${nameOf(snapshot)}. A replica that dies is started again; a frame that kills it is given up.`,
    evidence: [
      { title: 'of the frames were given up', value: share, unit: 'ratio', limit: FAILED, series: 'outcomes' },
    ],
  };
};
