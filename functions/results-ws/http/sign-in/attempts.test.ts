import { expect, it } from 'vitest';
import { createAttempts } from './attempts.ts';

it('lets an address give ten wrong keys in a row, then one every six seconds', () => {
  let now = 1_000_000;
  const attempts = createAttempts(() => now);
  for (let n = 0; n < 10; n++) {
    expect(attempts.wait('192.0.2.1')).toBe(0);
    attempts.failed('192.0.2.1');
  }
  expect(attempts.wait('192.0.2.1')).toBe(6_000);
  expect(attempts.wait('192.0.2.2')).toBe(0);
  now += 6_000;
  expect(attempts.wait('192.0.2.1')).toBe(0);
  attempts.failed('192.0.2.1');
  expect(attempts.wait('192.0.2.1')).toBe(6_000);
  now += 60_000;
  for (let n = 0; n < 9; n++) attempts.failed('192.0.2.1');
  expect(attempts.wait('192.0.2.1')).toBe(0);
});

it('takes the addresses of one IPv6 network for one, and remembers only so many', () => {
  const attempts = createAttempts(() => 0);
  for (let n = 0; n < 10; n++) attempts.failed(`2001:db8::${n.toString(16)}`);
  expect(attempts.wait('2001:db8:0:0:ffff::1')).toBe(6_000);
  expect(attempts.wait('2001:db8:0:1::1')).toBe(0);
  for (let n = 0; n < 30_000; n++) attempts.failed(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  expect(attempts.size).toBe(10_000);
});
