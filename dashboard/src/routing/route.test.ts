import { describe, expect, it } from 'vitest';
import { formatRoute, LAST_HOUR, parseRoute, type Route } from './route.ts';

const FRAME = '01993f0c-3a5e-7c1d-9a2b-0123456789ab';

describe('the address', () => {
  it.each<Route>([
    { view: 'overview' },
    { view: 'camera', camera: 'door-2_a' },
    { view: 'areas', camera: 'door-2_a' },
    { view: 'frame', frame: FRAME },
    { view: 'frames' },
    { view: 'replicas' },
    { view: 'incidents' },
    { view: 'diagnosis' },
    { view: 'notifications' },
    { view: 'faults' },
    { view: 'sightings', filter: {} },
    { view: 'sightings', filter: { camera: 'door', zone: 'step', label: 'fire truck', day: '2026-11-30' } },
    { view: 'sighting', sighting: FRAME },
    { view: 'incident', incident: 'f2a3-1' },
    { view: 'history', range: LAST_HOUR, series: [] },
    { view: 'history', range: { from: '1774000000', to: '1774003600' }, series: ['rate', 'end_to_end'] },
  ])('holds $view', (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it('keeps links with a former name working', () => {
    expect(parseRoute('#/chaos')).toEqual({ view: 'faults' });
    expect(parseRoute('#/events')).toEqual({ view: 'incidents' });
  });

  it('leads to the grid where it names nothing', () => {
    for (const hash of [
      '',
      '#',
      '#/',
      '#/camera/',
      '#/camera/a b',
      '#/camera/a/b',
      '#/camera/a/areas/b',
      '#/frame/a/areas',
      '#/frame/7',
      '#/elsewhere',
      '#/replicas/x',
    ])
      expect(parseRoute(hash)).toEqual({ view: 'overview' });
  });

  it('takes the last hour for a time it does not understand, and leaves out series that are not', () => {
    expect(parseRoute('#/history?from=yesterday&to=now&series=rate,hum')).toEqual({
      view: 'history',
      range: LAST_HOUR,
      series: ['rate'],
    });
    expect(parseRoute('#/history')).toEqual({ view: 'history', range: LAST_HOUR, series: [] });
  });
});
