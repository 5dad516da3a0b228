import { type Cause, cause, type Finding } from '@framewire/contract';
import { type Facts, say, type Verdict } from './facts.ts';

/** What the server finds about one camera or viewer: what is wrong with the whole explains it. */
const OF_ONE: Cause[] = ['camera-offline', 'camera-silent', 'pictures', 'failing', 'viewer'];
export const OF_ALL: Cause[] = cause.options.filter((name) => !OF_ONE.includes(name) && name !== 'metrics');
export const OF_CAMERAS: Cause[] = OF_ONE;
export const OF_NUMBERS: Cause[] = ['metrics'];

/** The first of these that the server found, as a sentence; what else it found is on the page that it leads to. */
export function found({ findings = [] }: Facts, causes: Cause[]): Verdict | undefined {
  const first = findings.find((finding) => causes.includes(finding.cause));
  if (!first) return undefined;
  const more = findings.length - 1;
  const { head, rest } = split(first.words);
  return say(first.tone, keyOf(first), head, rest, {
    help: first.advice,
    evidence: { words: more === 0 ? 'See why' : `See why, and ${more} more`, href: '#/verdict' },
  });
}

/** What makes a finding the same one while its numbers change, and the replica that is worst off. */
export const keyOf = ({ cause, camera_id }: Finding): string => [cause, camera_id].filter(Boolean).join(' ');

/** What it is, and by how much: a sentence up to its colon, or the first of several. */
export function split(words: string): { head: string; rest: string } {
  const end = /: |\. /.exec(words);
  if (!end) return { head: words, rest: '' };
  return { head: words.slice(0, end.index + 1), rest: words.slice(end.index + 2) };
}

/** A cause as a heading. */
export const CAUSE: Record<Cause, string> = {
  broker: 'Broker',
  'gateway-away': 'Gateway away',
  connector: 'Connector',
  'no-replicas': 'No replicas',
  unaccounted: 'Unaccounted frames',
  memory: 'Memory',
  cpu: 'CPU',
  io: 'Disk or network',
  replicas: 'Too few replicas',
  detector: 'Detector',
  gateway: 'Gateway slow',
  'broker-slow': 'Broker slow',
  producer: 'Producer',
  'camera-offline': 'Camera offline',
  'camera-silent': 'Camera silent',
  pictures: 'Bad pictures',
  failing: 'Detection fails',
  viewer: 'Slow viewer',
  metrics: 'No numbers',
};
