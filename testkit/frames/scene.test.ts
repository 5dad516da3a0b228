import { expect, it } from 'vitest';
import { drawScenes } from './scene.ts';

it('drawn scenes have a truth to be held against in each', async () => {
  const known = await drawScenes(6);
  expect(known).toHaveLength(6);
  for (const { faces } of known) expect(faces.length).toBeGreaterThanOrEqual(2);
  expect(new Set(known.map(({ jpeg }) => Buffer.from(jpeg).toString('base64'))).size).toBe(6);
});
