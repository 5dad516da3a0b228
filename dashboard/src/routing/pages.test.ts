import { expect, it } from 'vitest';
import { pagesOf, titleOf } from './pages.ts';
import { parseRoute } from './route.ts';

it('each page is where its address leads, has a key of its own and is called as the navigation calls it', () => {
  const pages = pagesOf(true);
  expect(new Set(pages.map(({ key }) => key)).size).toBe(pages.length);
  for (const { href, views, title } of pages) {
    expect(parseRoute(href).view).toBe(views[0]);
    expect(titleOf(parseRoute(href))).toBe(title);
  }
});

it('nothing can be broken where the system was not started for it', () => {
  expect(pagesOf(false).some(({ title }) => title === 'Chaos')).toBe(false);
});

it('one camera and one frame are called by their names', () => {
  expect(titleOf({ view: 'camera', camera: 'door' })).toBe('door');
  expect(titleOf({ view: 'frame', frame: '01993f0c-3a5e-7c1d-9a2b-0123456789ab' })).toBe('Frame 01993f0c');
});
