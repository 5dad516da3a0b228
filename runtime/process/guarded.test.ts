import { expect, it } from 'vitest';
import { createRegistry } from '../telemetry/index.ts';
import { silentLog } from '../testing/index.ts';
import { background, guarded, sleep } from './index.ts';

const fail = () => {
  throw new Error('broken');
};

it('an exception in a callback or a promise that nobody awaits is counted, and ends nothing', async () => {
  const registry = createRegistry();
  background(Promise.reject(new Error('broken')), silentLog, 'a promise');
  guarded(fail, silentLog, 'a callback')();
  guarded(async () => fail(), silentLog, 'an async callback')();
  await sleep(0);
  const metrics = await registry.metrics();
  for (const what of ['a promise', 'a callback', 'an async callback'])
    expect(metrics).toContain(`background_failures_total{task="${what}"} 1`);
});

it('a guarded callback gets its arguments', () => {
  const got: unknown[] = [];
  guarded((...args: number[]) => got.push(...args), silentLog, 'a callback')(1, 2);
  expect(got).toEqual([1, 2]);
});
