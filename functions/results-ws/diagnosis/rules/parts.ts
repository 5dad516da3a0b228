/** Parts that hang: Prometheus asks each process every two seconds, and one that is stopped answers nobody. */

import { seconds } from '../format.ts';
import type { Rule, RuleFinding, SilentPart, Snapshot } from '../snapshot.ts';
import { patience, silentEvidence } from '../thresholds.ts';

/** Two scrapes in a row and a little more, seconds. */
const SILENT_S = 5;

/** Of a job the process that has not answered for longest, where that is long for what its machine has to do. */
export function silentPart(snapshot: Snapshot, job: string): (SilentPart & { limit: number }) | undefined {
  const limit = patience(snapshot, SILENT_S);
  const all = snapshot.silent.filter((part) => part.job === job && part.seconds >= limit);
  const longest = all.sort((a, b) => b.seconds - a.seconds)[0];
  return longest && { ...longest, limit };
}

const hangs = (snapshot: Snapshot, job: string, words: (since: string, instance: string) => string, advice: string) => {
  const part = silentPart(snapshot, job);
  if (!part) return undefined;
  return {
    severity: 'critical' as const,
    message: words(seconds(part.seconds), part.instance),
    advice,
    evidence: [silentEvidence(part, part.limit)],
  };
};

export const cameraConnector: Rule = (snapshot): RuleFinding | undefined => {
  const found = hangs(
    snapshot,
    'camera',
    (since) => `The camera connector has not answered for ${since}: its cameras send nothing.`,
    'It hangs or has ended. See its log; npm start starts one again that ends, and a stopped one has to be ended first.',
  );
  return found && { cause: 'camera-connector', ...found };
};

export const ingest: Rule = (snapshot): RuleFinding | undefined => {
  const found = hangs(
    snapshot,
    'ingest-frame',
    (since) => `ingest-frame has not answered for ${since}: posted frames wait.`,
    'It hangs or has ended. See its log; cameras of the camera connector do not need it.',
  );
  return found && { cause: 'ingest', ...found };
};

/** Another replica of results-ws than the one that judges: of itself it can say so only when it goes on. */
export const results: Rule = (snapshot): RuleFinding | undefined => {
  const found = hangs(
    snapshot,
    'results-ws',
    (since, instance) => `${instance} has not answered for ${since}: whoever looks at it sees no new picture.`,
    'It hangs or has ended. See its log; other replicas of results-ws serve viewers as before.',
  );
  return found && { cause: 'results', ...found };
};
