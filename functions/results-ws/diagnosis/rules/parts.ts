/** Parts that hang: Prometheus asks each process every two seconds, and one that is stopped answers nobody. */

import type { Cause } from '@framewire/contract';
import { seconds } from '../format.ts';
import type { Rule, SilentPart, Snapshot } from '../snapshot.ts';
import { patience, silentEvidence } from '../thresholds.ts';

/** Two scrapes in a row and a little more, seconds. */
const SILENT_S = 5;

type Silent = SilentPart & { limit: number };

/** Processes of a job that have not answered for long, for what their machine has to do; the longest first. */
export function silentParts(snapshot: Snapshot, job: string): Silent[] {
  const limit = patience(snapshot, SILENT_S);
  return snapshot.silent
    .filter((part) => part.job === job && part.seconds >= limit)
    .sort((a, b) => b.seconds - a.seconds)
    .map((part) => ({ ...part, limit }));
}

/** The one that has not answered for longest. */
export const silentPart = (snapshot: Snapshot, job: string): Silent | undefined => silentParts(snapshot, job)[0];

/** @param message of how long its process has not answered, and which it is. */
const hangs =
  (cause: Cause, job: string, message: (since: string, instance: string) => string, advice: string): Rule =>
  (snapshot) => {
    const part = silentPart(snapshot, job);
    if (!part) return undefined;
    return {
      cause,
      severity: 'critical',
      message: message(seconds(part.seconds), part.instance),
      advice,
      evidence: [silentEvidence(part)],
    };
  };

export const cameraConnector = hangs(
  'camera-connector',
  'camera',
  (since) => `The camera connector has not answered for ${since}: its cameras send nothing.`,
  'It hangs or has ended. See its log; npm start starts one again that ends, and a stopped one has to be ended first.',
);

export const ingest = hangs(
  'ingest',
  'ingest-frame',
  (since) => `ingest-frame has not answered for ${since}: posted frames wait.`,
  'It hangs or has ended. See its log; cameras of the camera connector do not need it.',
);

/** Another replica of results-ws than the one that judges: of itself it can say so only when it goes on. */
export const results = hangs(
  'results',
  'results-ws',
  (since, instance) => `${instance} has not answered for ${since}: whoever looks at it sees no new picture.`,
  'It hangs or has ended. See its log; other replicas of results-ws serve viewers as before.',
);
