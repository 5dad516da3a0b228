import { sleep, waitFor } from '@framewire/runtime/process';
import { expect, it } from 'vitest';
import { createEnds, startClosedLoad } from './closed.ts';
import { startOpenLoad } from './open.ts';

it('an open load keeps its rate whatever comes back, and skips what is due beyond the limit', async () => {
  const never = new Promise(() => {});
  const began = performance.now();
  const load = startOpenLoad(200, () => never);
  const limited = startOpenLoad(200, () => never, 3);
  await sleep(500);
  load.rate = 0;
  const due = (200 * (performance.now() - began)) / 1000;
  expect(load.sent).toBeGreaterThan(due / 2);
  expect(load.sent).toBeLessThanOrEqual(due + 1);
  expect(limited.sent).toBe(3);
});

it('a closed load sends the next frame when one has ended, and stops with the last', async () => {
  const ends = createEnds();
  const load = startClosedLoad(4, () => ends.wait());
  expect(load.sent).toBe(4);
  ends.end(3);
  await waitFor('three more', () => load.sent === 7);
  await load.stop(20); // those in flight do not end
  ends.end(4);
  await sleep(10);
  expect(load.sent).toBe(7);
});
