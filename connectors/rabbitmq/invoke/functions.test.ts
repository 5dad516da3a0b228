import { describe, expect, it } from 'vitest';
import { assignQueues, readFunctions } from './functions.ts';

const fn = (name: string, topic: string, more = {}) => ({
  name,
  availableReplicas: 1,
  annotations: { topic, ...more },
});

describe("the gateway's functions", () => {
  it('count where they ask for a queue', () => {
    expect(readFunctions([fn('b', ' q1, q2 ,q1,'), { name: 'c', annotations: null }, { name: 'd' }], 2)).toEqual([
      { name: 'b', available: 1, concurrency: 2, queues: ['q1', 'q2'] },
    ]);
    expect(readFunctions(null, 2)).toEqual([]);
    expect(() => readFunctions({ error: 'no' }, 2)).toThrow();
  });

  it('say how much one replica takes, and are not believed what is no number', () => {
    const concurrencyOf = (text: string) =>
      readFunctions([fn('a', 'q', { 'framewire.concurrency': text })], 2)[0]?.concurrency;
    expect(concurrencyOf('7')).toBe(7);
    for (const wrong of ['many', '0', '-1', '1.5']) expect(concurrencyOf(wrong)).toBe(2);
  });

  it('have a queue to themselves, the first by name', () => {
    const assigned = assignQueues(readFunctions([fn('b', 'q1,q2'), fn('a', 'q1')], 2));
    expect(assigned.map(({ queue, fn: { name }, passedOver }) => [queue, name, passedOver])).toEqual([
      ['q1', 'a', ['b']],
      ['q2', 'b', []],
    ]);
  });
});
