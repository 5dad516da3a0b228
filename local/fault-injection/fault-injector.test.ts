import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFaultInjector, type Fault, type FaultInjector } from './fault-injector.ts';

const reverted: string[] = [];
const faults: Fault[] = [
  { name: 'cpu', message: 'no CPU is left', inject: () => () => void reverted.push('cpu') },
  {
    name: 'gateway',
    message: 'the gateway is slow',
    inject: () => () => {
      throw new Error('it has exited');
    },
  },
];
const said: string[] = [];
const create = (): FaultInjector => createFaultInjector(faults, (line) => said.push(line));

afterEach(() => {
  vi.useRealTimers();
  reverted.length = 0;
  said.length = 0;
});

describe('a fault', () => {
  it('is reverted when its time is over, and never lasts more than a minute', async () => {
    vi.useFakeTimers();
    const injector = create();
    await injector.inject('cpu', 600);
    expect(injector.list()[0]).toMatchObject({ fault: 'cpu', until: Date.now() / 1000 + 60 });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(reverted).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(reverted).toEqual(['cpu']);
    expect(injector.list()[0]).not.toHaveProperty('until');
  });

  it('starts again when it is injected again, and is reverted once', async () => {
    vi.useFakeTimers();
    const injector = create();
    await injector.inject('cpu', 5);
    await vi.advanceTimersByTimeAsync(4_000);
    await injector.inject('cpu', 5);
    expect(reverted).toEqual(['cpu']);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(reverted).toEqual(['cpu']);
    await injector.revertAll();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reverted).toEqual(['cpu', 'cpu']);
  });

  it('that cannot be reverted is reported, and holds up no other', async () => {
    const injector = create();
    await injector.inject('gateway', 5);
    await injector.inject('cpu', 5);
    await injector.revertAll();
    expect(reverted).toEqual(['cpu']);
    expect(said).toContain('fault gateway could not be reverted: it has exited');
  });
});
