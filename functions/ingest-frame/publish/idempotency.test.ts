import { expect, it } from 'vitest';
import { createIdempotencyCache } from './idempotency.ts';

const picture = new Uint8Array([1]);

it('forgets the oldest key above its limit, and each after its time', async () => {
  let published = 0;
  const publish = async () => {
    published++;
  };
  const few = createIdempotencyCache({ maxKeys: 2 });
  for (const id of ['a', 'b', 'c', 'd']) await few.once(id, picture, publish);
  expect(await few.once('d', picture, publish)).toBe(true);
  expect(await few.once('a', picture, publish)).toBe(false);
  const short = createIdempotencyCache({ rememberMs: 0 });
  await short.once('a', picture, publish);
  expect(await short.once('a', picture, publish)).toBe(false);
  expect(published).toBe(7);
});
