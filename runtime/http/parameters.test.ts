import { expect, it } from 'vitest';
import { checkParameters } from './parameters.ts';

const KNOWN = ['camera', 'topic', 'captured_at'];
const words = (...names: string[]) => {
  try {
    checkParameters(Object.fromEntries(names.map((name) => [name, ['x']])), KNOWN, { cam: 'camera' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

it('what is known passes, and what is not is refused with the name that is meant', () => {
  expect(words(...KNOWN)).toBeUndefined();
  const there = 'there are camera, topic, captured_at';
  expect(words('cam')).toBe(`unknown parameter "cam": use camera; ${there}`);
  for (const near of ['Camera', 'camra', 'caamera', 'cameras', 'cazera'])
    expect(words(near)).toBe(`unknown parameter ${JSON.stringify(near)}: use camera; ${there}`);
  expect(words('captured-at')).toContain('use captured_at');
  expect(words('constructor')).toBe(`unknown parameter "constructor": ${there}`);
  expect(() => checkParameters({ camera: ['a', 'b'] }, KNOWN)).toThrow('"camera" is given 2 times');
});
