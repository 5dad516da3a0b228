import type { Finding, HistoryName, Incident } from '@framewire/contract';
import { HISTORY } from '@framewire/contract';
import { around, type Span } from '../charts/range.ts';
import { type Tone, toneOf } from '../diagnosis/facts.ts';
import { CAUSE } from '../diagnosis/findings.ts';
import { formatRoute, toHistory } from '../routing/route.ts';
import { duration, list } from '../ui/format.ts';

/** An incident as a list shows it. Seconds since the epoch. */
export interface IncidentRow {
  key: string;
  at: number;
  tone: Tone | 'plain';
  title: string;
  message: string;
  /** Its duration so far. */
  length?: string;
  /** The charts of that time. */
  chart: string;
  /** The camera or replica it is about. */
  about?: { name: string; href: string };
  /** Its own page. */
  href?: string;
}

/** What people call the camera of an id. */
export type NameOf = (camera_id: string) => string;

/** @param now in seconds. */
export function incidentRow(incident: Incident, now: number, nameOf: NameOf = (id) => id): IncidentRow {
  const key = `${incident.type} ${incident.at} ${whatOf(incident)}`;
  if (incident.type === 'camera')
    return { key, ...cameraRow(incident, nameOf), chart: chartOf(incident.at, incident.at, [], now) };
  if (incident.type === 'change')
    return { key, ...changeRow(incident, nameOf), chart: chartOf(incident.at, incident.at, [], now) };
  const { finding, at, until } = incident;
  return {
    key,
    at,
    tone: toneOf(finding),
    title: CAUSE[finding.cause],
    message: finding.message,
    length:
      until === undefined ? `for ${duration((now - at) * 1000)}, ongoing` : `lasted ${duration((until - at) * 1000)}`,
    chart: chartOf(at, until, seriesOf(finding), now),
    about: aboutOf(finding, nameOf),
    href: incident.id && formatRoute({ view: 'incident', incident: incident.id }),
  };
}

function whatOf(incident: Incident): string {
  if (incident.type === 'finding') return `${incident.finding.cause} ${subjectOf(incident.finding)}`;
  return `${incident.camera_id} ${incident.type === 'change' ? incident.action : incident.state}`;
}

/** The charts around an incident; all of them where no series is named. */
const chartOf = (from: number, until: number | undefined, series: HistoryName[], now: number): string =>
  toHistory(series, around(from, until, now));

/** The series that its evidence rests on. */
export const seriesOf = ({ evidence }: Finding): HistoryName[] =>
  HISTORY.filter((name) => evidence.some(({ series }) => series === name));

export function aboutOf({ camera_id, node_id }: Finding, nameOf: NameOf = (id) => id): IncidentRow['about'] {
  if (camera_id) return { name: nameOf(camera_id), href: formatRoute({ view: 'camera', camera: camera_id }) };
  return node_id ? { name: node_id, href: '#/replicas' } : undefined;
}

const subjectOf = ({ camera_id, node_id }: Finding): string => camera_id ?? node_id ?? '';

const STATE: Record<string, { title: string; tone: IncidentRow['tone']; message: string }> = {
  online: { title: 'Camera online', tone: 'good', message: 'sends frames' },
  offline: { title: 'Camera offline', tone: 'warn', message: 'sends no frames' },
  starting: { title: 'Camera starting', tone: 'plain', message: 'is being opened' },
  paused: { title: 'Camera paused', tone: 'plain', message: 'a person paused it' },
  ended: { title: 'Camera ended', tone: 'plain', message: 'the video file was played to the end' },
  removed: { title: 'Camera removed', tone: 'plain', message: 'was removed' },
};

function cameraRow(
  { at, camera_id, state, message }: Extract<Incident, { type: 'camera' }>,
  nameOf: NameOf,
): Omit<IncidentRow, 'key' | 'chart'> {
  const known = STATE[state] ?? { title: `Camera ${state}`, tone: 'plain', message: '' };
  return {
    at,
    tone: known.tone,
    title: known.title,
    // a removed camera has no page to link to: its name is in the message
    message: state === 'removed' ? `${camera_id} ${known.message}` : (message ?? known.message),
    about:
      state === 'removed'
        ? undefined
        : { name: nameOf(camera_id), href: formatRoute({ view: 'camera', camera: camera_id }) },
  };
}

/** What a person did to a camera. One that was removed has no page to link to: its name is in the message. */
function changeRow(
  { at, camera_id, action, by, name, to, fields }: Extract<Incident, { type: 'change' }>,
  nameOf: NameOf,
): Omit<IncidentRow, 'key' | 'chart'> {
  const is = action === 'removed' || action === 'dismissed' ? undefined : (to ?? camera_id);
  const called = name ? `${name} (${camera_id})` : camera_id;
  const what = {
    renamed: `${called} is ${to} now`,
    changed: fields ? `${called}: ${list(fields)}` : called,
  }[action as string];
  return {
    at,
    tone: 'plain',
    title: `Camera ${action}`,
    message: `${what ?? called}, by ${by}.`,
    about: is === undefined ? undefined : { name: nameOf(is), href: formatRoute({ view: 'camera', camera: is }) },
  };
}

/** An interval with a finding, for a chart to shade. */
export interface Band extends Span {
  tone: ReturnType<typeof toneOf>;
  message: string;
}

export function bands(incidents: readonly Incident[], span: Span, now: number): Band[] {
  return incidents.flatMap((incident) => {
    if (incident.type !== 'finding') return [];
    const [from, to] = [Math.max(incident.at, span.from), Math.min(incident.until ?? now, span.to)];
    return from < to ? [{ from, to, tone: toneOf(incident.finding), message: incident.finding.message }] : [];
  });
}
