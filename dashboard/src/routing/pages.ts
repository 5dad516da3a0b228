import { formatRoute, LAST_HOUR, type Route } from './route.ts';

/** A page in the navigation. */
export interface Page {
  title: string;
  href: string;
  /** SVG path of an icon, 20 by 20. */
  icon: string;
  /** The keyboard shortcut. */
  key: string;
  /** The views that belong to it. */
  views: Route['view'][];
}

const page = (key: string, title: string, route: Route, icon: string, ...more: Route['view'][]): Page => ({
  key,
  title,
  href: formatRoute(route),
  icon,
  views: [route.view, ...more],
});

/** Those that are wanted most come first: a narrow screen has room for them alone. */
const PAGES = [
  page(
    '1',
    'Overview',
    { view: 'overview' },
    'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z',
    'camera',
    'areas',
    'diagnosis',
  ),
  page('9', 'Cameras', { view: 'cameras' }, 'M3 6h9v8H3zM12 9l5-3v8l-5-3'),
  page('7', 'Sightings', { view: 'sightings', filter: {} }, 'M3 5h14v10H3zM3 12l4-4 4 4 2-2 4 4', 'sighting'),
  page('5', 'Incidents', { view: 'incidents' }, 'M4 5h1M8 5h8M4 10h1M8 10h8M4 15h1M8 15h8', 'incident'),
  page('2', 'Frames', { view: 'frames' }, 'M3 4h6M5 8h8M8 12h7M12 16h5', 'frame'),
  page('4', 'History', { view: 'history', range: LAST_HOUR, series: [] }, 'M3 3v14h14M6 13l3-4 3 2 4-6'),
  page('3', 'Replicas', { view: 'replicas' }, 'M3 3h14v5H3zM3 12h14v5H3zM6 5.5h1M6 14.5h1'),
  page('8', 'Notifications', { view: 'notifications' }, 'M5 8a5 5 0 0 1 10 0c0 4 2 5 2 6H3c0-1 2-2 2-6M8 17h4'),
];
const FAULTS = page('6', 'Faults', { view: 'faults' }, 'M11 2 4 11h5l-1 7 8-10h-6z');

/** Pages that have an entry of their own on a narrow screen. */
export const FIRST_PAGES = 5;

/** Of these there is nothing where sightings are not kept. */
const OF_SIGHTINGS = ['Sightings', 'Notifications'];

/** The pages; fault injection only if the system was started with it, and what needs sightings only where they are kept. */
export function pagesOf(faultInjection: boolean, sightings = true): Page[] {
  const pages = sightings ? PAGES : PAGES.filter(({ title }) => !OF_SIGHTINGS.includes(title));
  return faultInjection ? [...pages, FAULTS] : pages;
}

/** The title of a view, for the window. */
export function titleOf(route: Route): string {
  switch (route.view) {
    case 'camera':
      return route.camera;
    case 'areas':
      return `Areas of ${route.camera}`;
    case 'frame':
      return `Frame ${route.frame.slice(0, 8)}`;
    case 'diagnosis':
      return 'Diagnosis';
    case 'sighting':
      return 'Sighting';
    case 'incident':
      return 'Incident';
    default:
      return [...PAGES, FAULTS].find(({ views }) => views[0] === route.view)!.title;
  }
}
