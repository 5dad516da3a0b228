import type { ChaosAnswer } from '@framewire/contract';
import { expect, it } from 'vitest';
import { createFaultInjector, type Fault } from './fault-injector.ts';
import { serveFaults } from './server.ts';

const faults: Fault[] = [
  { name: 'cpu', message: 'no CPU is left', inject: () => () => {} },
  { name: 'gateway', message: 'the gateway is slow', inject: () => () => {} },
];

it('the API injects and reverts faults, and refuses what it does not know', async () => {
  const { url, close } = await serveFaults(createFaultInjector(faults, () => {}));
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
  const reverted = (await (await fetch(url, { method: 'DELETE' })).json()) as ChaosAnswer;
  expect(reverted.wounds.map(({ until }) => until)).toEqual([undefined, undefined]);
  expect((await fetch(new URL('/', url))).status).toBe(404); // only below a path that nobody can guess
  await close();
});
