import type { Cause, Finding } from '@framewire/contract';
import { type Facts, type Headline, newHeadline, toneOf } from './facts.ts';
import { describeSlo } from './slo.ts';

/** What is scarce, worded for a system that still meets its SLO. */
const TIGHT: Partial<Record<Cause, string>> = {
  memory: 'memory is tight',
  cpu: 'CPU is tight',
  io: 'the disk is slow',
  replicas: 'replicas are busy',
  detector: 'the detector is heavy',
  gateway: 'the gateway is slow',
  'broker-slow': 'the broker is slow',
  producer: 'producers are slow',
  viewer: 'a viewer is slow',
  metrics: 'there are no metrics',
};

/** The gravest finding as a headline, which says first whether the SLO is met. The other findings are on the page it links to. */
export function ofFindings({ findings = [], slo }: Facts): Headline | undefined {
  const [first, ...others] = findings;
  if (!first) return undefined;
  const more = {
    help: first.advice,
    evidence: { text: others.length === 0 ? 'See why' : `See why, and ${others.length} more`, href: '#/diagnosis' },
  };
  const tight = TIGHT[first.cause];
  const sloText = slo && describeSlo(slo);
  if (first.severity === 'info')
    return newHeadline(
      'note',
      `tight ${keyOf(first)}`,
      `All well, but ${tight ?? CAUSE[first.cause]}.`,
      sloText ?? '',
      {
        ...more,
        help: first.message,
      },
    );
  if (first.severity === 'warning' && tight && sloText && slo?.status !== 'met')
    return newHeadline('warn', keyOf(first), sloText, first.message, more);
  const { head, rest } = split(first.message);
  return newHeadline(toneOf(first), keyOf(first), head, rest, more);
}

/** Identifies a finding while its numbers, or the replica that is worst off, change. */
export const keyOf = ({ cause, camera_id }: Finding): string => [cause, camera_id].filter(Boolean).join(' ');

/** Whether a finding is about this camera, alone or with others. */
export const isAbout = (camera: string, { camera_id, camera_ids }: Finding): boolean =>
  camera_id === camera || (camera_ids?.includes(camera) ?? false);

/** Splits a message after its first colon or sentence: what it is, and the details. */
export function split(message: string): { head: string; rest: string } {
  const end = /: |\. /.exec(message);
  if (!end) return { head: message, rest: '' };
  return { head: message.slice(0, end.index + 1), rest: message.slice(end.index + 2) };
}

/** A cause as a heading. */
export const CAUSE: Record<Cause, string> = {
  broker: 'Broker down',
  topology: 'Missing queue or binding',
  'gateway-unreachable': 'Gateway down',
  connector: 'Connector',
  'camera-connector': 'Camera connector',
  ingest: 'ingest-frame',
  results: 'results-ws',
  'no-replicas': 'No replicas',
  replica: 'Replica hangs',
  'broker-node': 'Broker node down',
  unaccounted: 'Unaccounted frames',
  memory: 'Not enough memory',
  cpu: 'Not enough CPU',
  io: 'Slow disk or network',
  replicas: 'Not enough replicas',
  detector: 'Slow detector',
  gateway: 'Slow gateway',
  'broker-slow': 'Slow broker',
  clock: 'Producer clock off',
  producer: 'Slow producer',
  'camera-offline': 'Camera offline',
  'camera-silent': 'Camera silent',
  'bad-frames': 'Bad images',
  failing: 'Detection fails',
  viewer: 'Slow viewer',
  metrics: 'No metrics',
};
