import { expect, it } from 'vitest';
import { NOW, status } from '../testing/facts.ts';
import { partsOf } from './status-parts.ts';

const readings = { value: 3, age: 3 };
const metrics = (replicas: { value: number; age: number | null }) => ({
  value: {
    processingRate: 0,
    avgLatency: 0,
    queueDepth: 0,
    stale: false,
    history: {},
    readings: { processingRate: readings, avgLatency: readings, queueDepth: readings, drainTime: readings, replicas },
  },
  at: NOW,
  problem: undefined,
});
const replicaPart = (replicas: { value: number; age: number | null }) =>
  partsOf(metrics(replicas), status, NOW).find(({ name }) => name === 'detect-faces');

it('each part has a message and a link to its evidence', () => {
  const parts = partsOf(metrics({ value: 3, age: 2 }), status, NOW);
  expect(parts.map(({ name, message }) => `${name} ${message}`)).toEqual([
    'broker ok',
    'gateway ok',
    'detect-faces 3 replicas',
    'results ok',
    'Prometheus ok',
  ]);
  expect(parts.every(({ evidence }) => evidence.length > 0)).toBe(true);
});

it('no replica is ill; replicas that nobody counted are unknown', () => {
  expect(replicaPart({ value: 0, age: 2 })).toMatchObject({ message: '0 replicas', ok: false });
  expect(replicaPart({ value: 0, age: null })).toMatchObject({ message: 'replicas unknown', ok: true });
  expect(replicaPart({ value: 3, age: 300 })).toMatchObject({ message: 'replicas unknown', ok: true });
});

it('each well part leads to its own page, an ill one to what is the matter', () => {
  const ill = { ...status, broker: { ok: false, message: 'connection refused' } };
  const parts = partsOf(metrics({ value: 3, age: 2 }), ill, NOW);
  expect(parts.map(({ evidence }) => evidence.split('?')[0])).toEqual([
    '#/diagnosis',
    '#/history',
    '#/replicas',
    '#/frames',
    '#/history',
  ]);
});
