import { expect, it } from 'vitest';
import { replicasAfter } from './alert.ts';

const after = (status: string, replicas: number, labels: Record<string, string> = {}) =>
  replicasAfter(status, {
    replicas,
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.openfaas.scale.${name}`, value])),
  });

it('while it fires, steps of a share of the maximum go up to it', () => {
  expect(after('firing', 1)).toBe(2);
  expect(after('firing', 5)).toBe(5);
  expect(after('firing', 1, { max: '4', factor: '50' })).toBe(3);
  expect(after('firing', 3, { max: '4', factor: '50' })).toBe(4);
  expect(after('firing', 1, { max: '2' })).toBe(2);
});

it('without a label the maximum is 5, and what somebody asked for beyond it stays', () => {
  expect(after('firing', 4, { factor: '100' })).toBe(5);
  expect(after('firing', 7)).toBe(7);
});

it.each(['resolved', 'anything'])('%s goes straight to the minimum', (status) => {
  expect(after(status, 5)).toBe(1);
  expect(after(status, 1, { min: '2' })).toBe(2);
});

it.each(['0', '101'])('a factor of %s is out of range, and nothing happens', (factor) => {
  expect(after('firing', 2, { factor })).toBe(2);
  expect(after('resolved', 2, { factor })).toBe(2);
});

it('a label that is no number says nothing', () => {
  expect(after('firing', 1, { max: 'many', factor: 'x' })).toBe(2);
});
