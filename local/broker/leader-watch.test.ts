import type { BrokerAdmin } from '@framewire/runtime/amqp';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchLeaders } from './leader-watch.ts';

/** A real node gets there by a full disk alone, which `npm run chaos` makes. */
let queues: { name: string; type: string; leader?: string }[];
let alarm = false;
let restarts = 0;
let stop = () => {};
const api = {
  vhost: '%2F',
  call: async (_: string, path: string) => (path === 'nodes' ? [{ disk_free_alarm: alarm }] : queues),
} as unknown as BrokerAdmin;

beforeEach(() => {
  vi.useFakeTimers();
  queues = [
    { name: 'frame_queue', type: 'quorum', leader: 'framewire@localhost' },
    { name: 'amq.gen-x', type: 'classic' },
  ];
  [alarm, restarts] = [false, 0];
  stop = watchLeaders({ api, restart: () => void restarts++, say: () => {} });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

it('a node whose quorum queue has had no leader for half a minute is started again, once', async () => {
  await pass(300);
  expect(restarts).toBe(0);
  delete queues[0]!.leader;
  await pass(20);
  expect(restarts).toBe(0);
  await pass(15);
  expect(restarts).toBe(1);
  queues[0]!.leader = 'framewire@localhost';
  await pass(300);
  expect(restarts).toBe(1);
});

it('is left alone while it is in an alarm, or for a queue that finds a leader', async () => {
  alarm = true;
  delete queues[0]!.leader;
  await pass(300);
  alarm = false;
  await pass(20);
  queues[0]!.leader = 'framewire@localhost';
  await pass(300);
  expect(restarts).toBe(0);
});
