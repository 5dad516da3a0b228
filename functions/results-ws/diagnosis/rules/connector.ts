import { DEFAULT_TOPIC } from '@framewire/contract';
import { seconds } from '../format.ts';
import { FACES } from '../functions.ts';
import type { Rule } from '../snapshot.ts';
import { patience, silentEvidence } from '../thresholds.ts';
import { silentPart } from './parts.ts';

/** Frames in the queue, and none ended: longer than the longest try of a live frame, seconds. */
const NONE_ENDED = 4;

export const connector: Rule = (snapshot) => {
  const { waiting = 0, consumers } = snapshot.broker;
  const queued = { title: 'frames wait in the queue', value: waiting, unit: 'frames', series: 'queue' } as const;
  const { fn = FACES, records, cameras } = snapshot;
  const isFaces = fn.topics.includes(DEFAULT_TOPIC);
  const asked =
    waiting > 0 ||
    records.some(({ outcome }) => outcome !== 'still') ||
    (isFaces && cameras.some(({ source }) => source?.state === 'online'));
  if (consumers === 0 && asked && snapshot.gauges.replicas !== 0)
    return {
      cause: 'connector',
      severity: 'critical',
      message: `Nobody takes frames from ${fn.queue}.`,
      advice: `See whether the RabbitMQ connector runs, and whether a function with the annotation topic: ${fn.queue} is there.`,
      evidence: [queued],
    };
  const limit = patience(snapshot, NONE_ENDED);
  if (consumers && waiting > 0 && snapshot.endedAgo >= limit && snapshot.gauges.replicas !== 0)
    return {
      cause: 'connector',
      severity: 'critical',
      message: `Frames wait in ${fn.queue}, and none has ended for ${seconds(snapshot.endedAgo)}.`,
      advice: `The RabbitMQ connector hangs, or ${fn.name} does and its frames have no deadline: see its log and /readyz.`,
      evidence: [
        queued,
        { title: 'since a frame ended', value: snapshot.endedAgo, unit: 's', limit, series: 'outcomes' },
      ],
    };
  const silent = silentPart(snapshot, 'connector');
  if (!silent) return undefined;
  return {
    cause: 'connector',
    severity: 'critical',
    message: `The RabbitMQ connector has not answered for ${seconds(silent.seconds)}.`,
    advice: 'It hangs or has ended. Frames wait in the queue until their deadline; see its log.',
    evidence: [silentEvidence(silent), queued],
    everywhere: true,
  };
};
