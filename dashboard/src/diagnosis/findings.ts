import type { Cause, Finding } from '@framewire/contract';
import { type Facts, say, type Verdict } from './facts.ts';
import { promiseWords } from './slo.ts';

/** What is short of something, as it is said while what was promised holds. */
const TIGHT: Partial<Record<Cause, string>> = {
  memory: 'memory is tight',
  cpu: 'CPU is tight',
  io: 'the disk is slow',
  replicas: 'replicas are busy',
  detector: 'the detector is heavy',
  gateway: 'the way through the gateway is long',
  'broker-slow': 'the broker is slow',
  producer: 'producers are slow',
  viewer: 'a viewer is slow',
  metrics: 'there are no metrics',
};

/**
 * The gravest that the server found, as a sentence that says first whether what was promised holds; what else it found is on the page that
 * it leads to.
 */
export function found({ findings = [], promise }: Facts): Verdict | undefined {
  const [first, ...others] = findings;
  if (!first) return undefined;
  const more = {
    help: first.advice,
    evidence: { words: others.length === 0 ? 'See why' : `See why, and ${others.length} more`, href: '#/verdict' },
  };
  const tight = TIGHT[first.cause];
  const words = promise && promiseWords(promise);
  if (first.tone === 'note')
    return say('note', `tight ${keyOf(first)}`, `All well, but ${tight ?? CAUSE[first.cause]}.`, words ?? '', {
      ...more,
      help: first.words,
    });
  if (first.tone === 'warn' && tight && words && promise?.holds !== 'yes')
    return say(first.tone, keyOf(first), words, first.words, more);
  const { head, rest } = split(first.words);
  return say(first.tone, keyOf(first), head, rest, more);
}

/** What makes a finding the same one while its numbers change, and the replica that is worst off. */
export const keyOf = ({ cause, camera_id }: Finding): string => [cause, camera_id].filter(Boolean).join(' ');

/** Whether it is about a camera, alone or with others. */
export const isAbout = (camera: string, { camera_id, camera_ids }: Finding): boolean =>
  camera_id === camera || (camera_ids?.includes(camera) ?? false);

/** What it is, and by how much: a sentence up to its colon, or the first of several. */
export function split(words: string): { head: string; rest: string } {
  const end = /: |\. /.exec(words);
  if (!end) return { head: words, rest: '' };
  return { head: words.slice(0, end.index + 1), rest: words.slice(end.index + 2) };
}

/** A cause as a heading. */
export const CAUSE: Record<Cause, string> = {
  broker: 'Broker',
  topology: 'Missing queue or binding',
  'gateway-away': 'Gateway away',
  connector: 'Connector',
  'camera-connector': 'Camera connector',
  ingest: 'ingest-frame',
  results: 'results-ws',
  'no-replicas': 'No replicas',
  replica: 'Replica hangs',
  unaccounted: 'Unaccounted frames',
  memory: 'Memory',
  cpu: 'CPU',
  io: 'Disk or network',
  replicas: 'Not enough replicas',
  detector: 'Detector',
  gateway: 'Gateway slow',
  'broker-slow': 'Broker slow',
  clock: 'Clock of a producer',
  producer: 'Producer',
  'camera-offline': 'Camera offline',
  'camera-silent': 'Camera silent',
  pictures: 'Bad pictures',
  failing: 'Detection fails',
  viewer: 'Slow viewer',
  metrics: 'No metrics',
};
