import { expect, it } from 'vitest';
import { pagesOf, titleOf } from './pages.ts';
import { parseRoute } from './route.ts';

it('each page has its own address, key and title', () => {
  const pages = pagesOf(true);
  expect(new Set(pages.map(({ key }) => key)).size).toBe(pages.length);
  for (const { href, views, title } of pages) {
    expect(parseRoute(href).view).toBe(views[0]);
    expect(titleOf(parseRoute(href))).toBe(title);
  }
});

it('fault injection is left out if the system was not started with it', () => {
  const without = pagesOf(false, false).map(({ title }) => title);
  expect(pagesOf(false).map(({ title }) => title)).toContain('Sightings');
  expect(without).not.toContain('Sightings');
  expect(without).not.toContain('Notifications');
  expect(pagesOf(false).some(({ title }) => title === 'Faults')).toBe(false);
});

it('a camera and a frame have their own titles', () => {
  expect(titleOf({ view: 'camera', camera: 'door' })).toBe('door');
  expect(titleOf({ view: 'frame', frame: '01993f0c-3a5e-7c1d-9a2b-0123456789ab' })).toBe('Frame 01993f0c');
});
