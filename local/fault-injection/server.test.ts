import type { FaultsAnswer } from '@framewire/contract';
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
  const first = (await (await post({ fault: 'cpu', seconds: 5 })).json()) as FaultsAnswer;
  expect(first).toMatchObject({
    max_seconds: 60,
    faults: [{ fault: 'cpu', message: 'no CPU is left' }, { fault: 'gateway' }],
  });
  expect(first.faults[0]!.until).toBeGreaterThan(Date.now() / 1000);
  for (const [order, status] of [
    [{ fault: 'cpu', seconds: 61 }, 400],
    [{ fault: 'cpu', seconds: 0 }, 400],
    [{ fault: 'power' }, 400],
    [{ fault: 'broker' }, 409],
  ] as const)
    expect((await post(order)).status).toBe(status);
  const reverted = (await (await fetch(url, { method: 'DELETE' })).json()) as FaultsAnswer;
  expect(reverted.faults.map(({ until }) => until)).toEqual([undefined, undefined]);
  expect((await fetch(new URL('/', url))).status).toBe(404); // only below a path that nobody can guess
  await close();
});
