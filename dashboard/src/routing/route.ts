import { cameraId, frameId, HISTORY, type HistoryName, sightingId } from '@framewire/contract';
import { formatFilter, parseFilter, type SightingFilter } from '../sightings/filters.ts';

/** A time range as the address holds it: `now-1h` and `now`, or seconds since the epoch. */
export interface Range {
  from: string;
  to: string;
}

/** Views without parameters. */
const PLAIN = ['cameras', 'frames', 'replicas', 'incidents', 'notifications', 'diagnosis', 'faults'] as const;
/** Former names of views, which old links still hold. */
const FORMER: Record<string, Route['view']> = { events: 'incidents', chaos: 'faults' };

export type Route =
  | { view: 'overview' }
  | { view: 'camera'; camera: string }
  | { view: 'areas'; camera: string }
  | { view: 'frame'; frame: string }
  | { view: 'incident'; incident: string }
  | { view: 'sightings'; filter: SightingFilter }
  | { view: 'sighting'; sighting: string }
  | { view: (typeof PLAIN)[number] }
  /** An empty `series` means all. */
  | { view: 'history'; range: Range; series: HistoryName[] };

export const LAST_HOUR: Range = { from: 'now-1h', to: 'now' };
const INCIDENT = /^[\w-]{1,64}$/;
const MOMENT = /^(now(-\d+[mhd])?|\d{9,11})$/;

/** The view that the address's hash names; the overview for anything else. */
export function parseRoute(hash: string): Route {
  const [path = '', query] = hash.split('?');
  const [, name = '', id, more, rest] = path.split('/');
  if (rest !== undefined) return { view: 'overview' };
  if (name === 'camera' && (more === undefined || more === 'areas')) {
    const camera = cameraId.safeParse(id);
    if (camera.success) return { view: more ?? 'camera', camera: camera.data };
  }
  if (more !== undefined) return { view: 'overview' };
  if (name === 'frame') {
    const frame = frameId.safeParse(id);
    if (frame.success) return { view: 'frame', frame: frame.data };
  }
  if (name === 'sighting') {
    const sighting = sightingId.safeParse(id);
    if (sighting.success) return { view: 'sighting', sighting: sighting.data };
  }
  if (name === 'incident' && id && INCIDENT.test(id)) return { view: 'incident', incident: id };
  if (id !== undefined) return { view: 'overview' };
  if (name === 'sightings') return { view: 'sightings', filter: parseFilter(query) };
  if (name === 'history') return parseHistory(new URLSearchParams(query));
  const view = PLAIN.find((plain) => plain === (FORMER[name] ?? name));
  return { view: view ?? 'overview' };
}

function parseHistory(query: URLSearchParams): Route {
  const [from, to] = [query.get('from'), query.get('to')];
  const valid = from && to && MOMENT.test(from) && MOMENT.test(to);
  const asked = query.get('series')?.split(',') ?? [];
  return {
    view: 'history',
    range: valid ? { from, to } : LAST_HOUR,
    series: HISTORY.filter((name) => asked.includes(name)),
  };
}

export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/';
    case 'camera':
      return `#/camera/${route.camera}`;
    case 'areas':
      return `#/camera/${route.camera}/areas`;
    case 'frame':
      return `#/frame/${route.frame}`;
    case 'incident':
      return `#/incident/${route.incident}`;
    case 'sightings':
      return `#/sightings${formatFilter(route.filter)}`;
    case 'sighting':
      return `#/sighting/${route.sighting}`;
    case 'history':
      return toHistory(route.series, route.range);
    default:
      return `#/${route.view}`;
  }
}

/** The address of the charts of some series over a time range. */
export function toHistory(series: readonly HistoryName[] = [], { from, to }: Range = LAST_HOUR): string {
  return `#/history?from=${from}&to=${to}${series.length > 0 ? `&series=${series.join(',')}` : ''}`;
}
