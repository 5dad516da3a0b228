import { expect, it } from 'vitest';
import { decodeBinaryMessage, encodeBinaryMessage } from './binary-message.ts';

it('a frame and its header come back byte for byte, also as a part of a larger buffer', () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 1, 2, 3]);
  const message = encodeBinaryMessage({ camera: 'dörr' }, jpeg);
  const larger = new Uint8Array(message.length + 10);
  larger.set(message, 7);
  const back = decodeBinaryMessage(larger.subarray(7, 7 + message.length));
  expect(back.header).toEqual({ camera: 'dörr' });
  expect([...back.jpeg]).toEqual([...jpeg]);
});

it('a header that is longer than the message is an error', () => {
  expect(() => decodeBinaryMessage(new Uint8Array([0, 0, 0, 9, 123]))).toThrow(RangeError);
});
