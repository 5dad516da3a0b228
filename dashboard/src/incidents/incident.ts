import type { Event, Finding, HistoryName } from '@framewire/contract';
import { HISTORY } from '@framewire/contract';
import { around, type Span } from '../charts/range.ts';
import { CAUSE } from '../diagnosis/findings.ts';
import { formatRoute, toHistory } from '../routing/route.ts';
import { duration } from '../ui/format.ts';

/** Something that happened, as a list shows it. Seconds since the epoch. */
export interface Happening {
  key: string;
  at: number;
  until?: number;
  tone: 'good' | 'note' | 'warn' | 'bad' | 'plain';
  /** What it is, in a word or two. */
  title: string;
  words: string;
  /** How long it lasted, or lasts. */
  length?: string;
  /** The charts of that time. */
  chart: string;
  /** What it is about. */
  about?: { words: string; href: string };
  /** Its own address, with the evidence as it was. */
  href?: string;
}

/** @param now in seconds. */
export function happening(event: Event, now: number): Happening {
  const key = `${event.type} ${event.at} ${event.type === 'finding' ? `${event.finding.cause} ${nameOf(event.finding)}` : `${event.camera_id} ${event.state}`}`;
  if (event.type === 'camera') return { key, ...cameraWords(event), chart: chartOf(event.at, event.at, [], now) };
  const { finding, at, until } = event;
  return {
    key,
    at,
    until,
    tone: finding.tone,
    title: CAUSE[finding.cause],
    words: finding.words,
    length:
      until === undefined ? `for ${duration((now - at) * 1000)}, goes on` : `lasted ${duration((until - at) * 1000)}`,
    chart: chartOf(at, until, seriesOf(finding), now),
    about: aboutOf(finding),
    href: event.id && formatRoute({ view: 'incident', incident: event.id }),
  };
}

/** The charts of a stretch of time around something; all of them where no series is named. */
const chartOf = (from: number, until: number | undefined, series: HistoryName[], now: number): string =>
  toHistory(series, around(from, until, now));

/** The series that its evidence rests on. */
export const seriesOf = ({ evidence }: Finding): HistoryName[] =>
  HISTORY.filter((name) => evidence.some(({ series }) => series === name));

export function aboutOf({ camera_id, node_id }: Finding): Happening['about'] {
  if (camera_id) return { words: camera_id, href: formatRoute({ view: 'camera', camera: camera_id }) };
  return node_id ? { words: node_id, href: '#/replicas' } : undefined;
}

const nameOf = ({ camera_id, node_id }: Finding): string => camera_id ?? node_id ?? '';

const STATE: Record<string, { title: string; tone: Happening['tone']; words: string }> = {
  online: { title: 'Camera online', tone: 'good', words: 'sends pictures' },
  offline: { title: 'Camera offline', tone: 'warn', words: 'sends none' },
  starting: { title: 'Camera starting', tone: 'plain', words: 'is being opened' },
  ended: { title: 'Camera ended', tone: 'plain', words: 'its file was played to the end' },
  removed: { title: 'Camera removed', tone: 'plain', words: 'was taken out' },
};

function cameraWords({
  at,
  camera_id,
  state,
  words,
}: Extract<Event, { type: 'camera' }>): Omit<Happening, 'key' | 'chart'> {
  const known = STATE[state] ?? { title: `Camera ${state}`, tone: 'plain', words: '' };
  return {
    at,
    tone: known.tone,
    title: known.title,
    // a camera that is gone has no page: its name stands in the words
    words: state === 'removed' ? `${camera_id} ${known.words}` : (words ?? known.words),
    about:
      state === 'removed' ? undefined : { words: camera_id, href: formatRoute({ view: 'camera', camera: camera_id }) },
  };
}

/** Stretches within a span in which something was found, for a chart to shade. */
export interface Band extends Span {
  tone: Finding['tone'];
  words: string;
}

export function bands(events: readonly Event[], span: Span, now: number): Band[] {
  return events.flatMap((event) => {
    if (event.type !== 'finding') return [];
    const [from, to] = [Math.max(event.at, span.from), Math.min(event.until ?? now, span.to)];
    return from < to ? [{ from, to, tone: event.finding.tone, words: event.finding.words }] : [];
  });
}
