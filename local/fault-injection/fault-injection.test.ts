import { createServer, type Socket } from 'node:net';
import type { ChaosAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSlowProxy } from './delay-proxy.ts';
import { createWounds, type WoundKind, type Wounds } from './faults.ts';
import { serveChaos } from './server.ts';

const healed: string[] = [];
const kinds: WoundKind[] = [
  { wound: 'cpu', words: 'no CPU is left', inflict: () => () => void healed.push('cpu') },
  {
    wound: 'gateway',
    words: 'the gateway is slow',
    inflict: () => () => {
      throw new Error('it is gone');
    },
  },
];
const said: string[] = [];
const create = (): Wounds => createWounds(kinds, (line) => said.push(line));

afterEach(() => {
  vi.useRealTimers();
  healed.length = 0;
  said.length = 0;
});

describe('a wound', () => {
  it('heals by itself when its time is over, and never lasts more than a minute', async () => {
    vi.useFakeTimers();
    const wounds = create();
    await wounds.inflict('cpu', 600);
    expect(wounds.list()[0]).toMatchObject({ wound: 'cpu', until: Date.now() / 1000 + 60 });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(healed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(healed).toEqual(['cpu']);
    expect(wounds.list()[0]).not.toHaveProperty('until');
  });

  it('lasts anew when it is inflicted again, and is healed once', async () => {
    vi.useFakeTimers();
    const wounds = create();
    await wounds.inflict('cpu', 5);
    await vi.advanceTimersByTimeAsync(4_000);
    await wounds.inflict('cpu', 5);
    expect(healed).toEqual(['cpu']);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(healed).toEqual(['cpu']);
    await wounds.healAll();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(healed).toEqual(['cpu', 'cpu']);
  });

  it('that cannot be healed is told, and holds up no other', async () => {
    const wounds = create();
    await wounds.inflict('gateway', 5);
    await wounds.inflict('cpu', 5);
    await wounds.healAll();
    expect(healed).toEqual(['cpu']);
    expect(said).toContain('chaos: gateway could not be healed: it is gone');
  });
});

describe('its address', () => {
  it('takes orders, and says in words what it does not take', async () => {
    const { url, close } = await serveChaos(create());
    const post = (body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
    const first = (await (await post({ wound: 'cpu', seconds: 5 })).json()) as ChaosAnswer;
    expect(first).toMatchObject({
      longest: 60,
      wounds: [{ wound: 'cpu', words: 'no CPU is left' }, { wound: 'gateway' }],
    });
    expect(first.wounds[0]!.until).toBeGreaterThan(Date.now() / 1000);
    for (const [order, status] of [
      [{ wound: 'cpu', seconds: 61 }, 400],
      [{ wound: 'cpu', seconds: 0 }, 400],
      [{ wound: 'power' }, 400],
      [{ wound: 'broker' }, 409],
    ] as const)
      expect((await post(order)).status).toBe(status);
    const healedAnswer = (await (await fetch(url, { method: 'DELETE' })).json()) as ChaosAnswer;
    expect(healedAnswer.wounds.map(({ until }) => until)).toEqual([undefined, undefined]);
    expect((await fetch(new URL('/', url))).status).toBe(404); // only below a path that nobody can guess
    await close();
  });
});

describe('the proxy before the gateway', () => {
  it('passes on all in order, and each way takes as long as it is told', async () => {
    const upstream = createServer((socket: Socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await waitFor('the server', () => upstream.address());
    const proxy = await startSlowProxy((upstream.address() as { port: number }).port);
    const { connect } = await import('node:net');
    const socket = connect(proxy.port, '127.0.0.1');
    let back = '';
    socket.on('data', (data) => {
      back += data;
    });
    socket.write('one ');
    await waitFor('the echo', () => back === 'one ');
    proxy.delay = 100;
    const began = performance.now();
    socket.write('two ');
    await waitFor('the slow echo', () => back === 'one two ', { every: 5 });
    expect(performance.now() - began).toBeGreaterThanOrEqual(195);
    proxy.delay = 0;
    socket.write('three');
    await waitFor('the rest', () => back === 'one two three');
    socket.destroy();
    await proxy.close();
    upstream.close();
  });
});
