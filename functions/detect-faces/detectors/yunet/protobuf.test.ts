import { expect, it } from 'vitest';
import { changeFields, encode } from './protobuf.ts';

const bytes = (text: string) => Buffer.from(text);
const fixed = Buffer.from([(7 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8, (8 << 3) | 5, 1, 2, 3, 4]);

it('changes the fields of one number, and leaves the others byte for byte', () => {
  const message = Buffer.concat([
    encode([
      [1, 'a'],
      [2, 70_000],
      [3, 'x'.repeat(300)],
      [1, 'b'],
    ]),
    fixed,
  ]);
  const changed = changeFields(message, 1, (value, nth) => bytes(`${nth}${value}`));
  const expected = Buffer.concat([
    encode([
      [1, '0a'],
      [2, 70_000],
      [3, 'x'.repeat(300)],
      [1, '1b'],
    ]),
    fixed,
  ]);
  expect(changed).toEqual(expected);
  expect(changeFields(message, 3, (value) => value)).toEqual(message);
});

it('leaves out the fields for which there is nothing', () => {
  const message = encode([
    [1, 'a'],
    [2, 5],
    [1, 'b'],
  ]);
  expect(changeFields(message, 1, (value) => (value[0] === 97 ? undefined : value))).toEqual(
    encode([
      [2, 5],
      [1, 'b'],
    ]),
  );
});

it('refuses a message that ends within a field, or is none', () => {
  const message = encode([[1, 'abc']]);
  for (let length = 1; length < message.length; length++) {
    expect(() => changeFields(message.subarray(0, length), 1, (value) => value)).toThrow(RangeError);
  }
  expect(() => changeFields(Buffer.from([(1 << 3) | 3]), 1, (value) => value)).toThrow('no protobuf');
});
