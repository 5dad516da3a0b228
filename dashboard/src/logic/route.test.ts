import { expect, it } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

it('an address names one camera, and is read as it was written', () => {
  const route = { view: 'camera', camera: 'loading-dock_2' } as const;
  expect(formatRoute(route)).toBe('#/camera/loading-dock_2');
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

it.each(['', '#/', '#/camera/', '#/camera/a b', '#/camera/door/x', `#/camera/${'x'.repeat(65)}`, '#/elsewhere'])(
  'the address %j is that of the grid',
  (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'grid' });
  },
);
