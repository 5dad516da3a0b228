/** Fault injection, in a system that was started with it: each fault takes effect and is reverted. */
import { readFileSync } from 'node:fs';
import { type Fault, faultsAnswer, framesAnswer, latencyAnswer, statusAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { postFrame, putCamera, untilView } from '../../testkit/system/cameras.ts';
import { familyOf, processesOf, processOf } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';

const shared = inject('system');
let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem({ args: ['--no-demo', '--faults', '--replicas', '2-2'] });
  url = `${system.dashboard}/api/faults`;
  await putCamera(system, 'faulty', { url: 'demo:', fps: 4 });
  await untilView(system, 'faulty', 'sends', (view) => (view?.rate ?? 0) > 1);
});
afterAll(() => system?.stop());
/** The last one ends the system. */
afterEach(() => revert().catch(() => undefined));

const JSON_TYPE = { 'content-type': 'application/json' };
const order = (fault: string, seconds = 30, headers: Record<string, string> = JSON_TYPE) =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify({ fault, seconds }) });
const revert = () => fetch(url, { method: 'DELETE' });
const answer = async () => faultsAnswer.parse(await (await fetch(url)).json());
async function injectFault(fault: Fault, seconds = 30): Promise<void> {
  const answered = await order(fault, seconds);
  expect(answered.status, await answered.clone().text()).toBe(200);
  const { faults } = faultsAnswer.parse(await answered.json());
  expect(faults.find((one) => one.fault === fault)?.until).toBeGreaterThan(Date.now() / 1000);
}

/** As the kernel says: T is stopped. */
const stateOf = (pid: number) => /\) (\S) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
/** Programs of one line of JavaScript that the start command runs. */
const stressPrograms = () =>
  familyOf(system.pid).filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('const end = Date.now()');
    } catch {
      return false;
    }
  });
const latency = async () => latencyAnswer.parse(await (await fetch(`${system.dashboard}/api/latency`)).json());
const status = async () => statusAnswer.parse(await (await fetch(`${system.dashboard}/api/status`)).json());
const long = { timeout: 60_000, every: 200 };

describe('a system that was not started for it', () => {
  it('has nothing there', async () => {
    expect((await fetch(`${shared.dashboard}/api/faults`)).status).toBe(404);
    expect((await fetch(`${shared.dashboard}/api/faults`, { method: 'DELETE' })).status).toBe(404);
    const shown = statusAnswer.parse(await (await fetch(`${shared.dashboard}/api/status`)).json());
    expect(shown.fault_injection).toBe(false);
  });
});

describe('the panel', () => {
  it('says what can be broken, and takes orders of its own page alone', async () => {
    expect((await status()).fault_injection).toBe(true);
    const { max_seconds, faults } = await answer();
    expect(max_seconds).toBe(60);
    const names = faults.map(({ fault }) => fault);
    expect(names).toEqual(
      expect.arrayContaining([
        'cpu',
        'camera',
        'replica',
        'broker',
        'gateway',
        'bad-frames',
        'viewer',
      ] satisfies Fault[]),
    );
    expect((await order('cpu', 5, { ...JSON_TYPE, origin: 'https://example.org' })).status).toBe(403);
    expect((await order('cpu', 5, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await order('power')).status).toBe(400);
    expect((await order('cpu', 61)).status).toBe(400);
    expect((await order('cpu', 5, { ...JSON_TYPE, origin: system.dashboard })).status).toBe(200);
  });
});

describe('the fault', () => {
  it('cpu: programs compute, and have ended once it is reverted', async () => {
    await injectFault('cpu');
    await waitFor('programs', () => stressPrograms().length > 1);
    await revert();
    await waitFor('their end', () => stressPrograms().length === 0);
  });

  it('broker: RabbitMQ stands still, and goes on by itself when the time is over', async () => {
    const { pid } = processOf(system.data, 'rabbitmq');
    await injectFault('broker', 2);
    expect(stateOf(pid)).toBe('T');
    await waitFor('it to go on', () => stateOf(pid) !== 'T');
    expect((await answer()).faults.every(({ until }) => until === undefined)).toBe(true);
    await postFrame(system, 'after', await createScene('after').draw(0));
  });

  it('camera: its video stands still', async () => {
    const { pid } = processOf(system.data, 'camera');
    await injectFault('camera');
    expect(stateOf(pid)).toBe('T');
    await revert();
    expect(stateOf(pid)).not.toBe('T');
    await untilView(system, 'faulty', 'sends again', (view) => (view?.rate ?? 0) > 1);
  });

  it('replica: it is killed, and another comes in its place', async () => {
    const before = processesOf(system.data, 'detect-faces').map(({ pid }) => pid);
    await injectFault('replica', 1);
    const replaced = () => processesOf(system.data, 'detect-faces').filter(({ pid }) => !before.includes(pid));
    await waitFor('another', () => replaced().length > 0, long);
    await revert();
    await waitFor('two of them', () => processesOf(system.data, 'detect-faces').length === 2, long);
  });

  it('gateway: the hop is longer by what it says', async () => {
    await injectFault('gateway');
    await waitFor('a long hop', async () => ((await latency()).stages?.gateway ?? 0) > 400, long);
    await revert();
    await waitFor('a short one', async () => ((await latency()).stages?.gateway ?? 1_000) < 400, long);
  });

  it('pictures: they are rejected, and say why', async () => {
    await injectFault('bad-frames', 5);
    await waitFor(
      'a rejected picture',
      async () => {
        const shown = await fetch(`${system.dashboard}/api/frames?camera=bad-frames`);
        return framesAnswer.parse(await shown.json()).frames.some(({ outcome }) => outcome === 'rejected');
      },
      long,
    );
  });

  it('viewer: there is one more, and it goes', async () => {
    const { viewers } = await status();
    await injectFault('viewer');
    await waitFor('it', async () => (await status()).viewers === viewers + 1);
    await revert();
    await waitFor('its end', async () => (await status()).viewers === viewers);
  });

  it('memory: programs press on the memory of the replicas, where a group can be made', async (context) => {
    if (!(await answer()).faults.some(({ fault }) => fault === 'memory'))
      return context.skip('no memory group can be made here: not root, or a kernel without cgroups');
    await injectFault('memory');
    await waitFor('programs', () => stressPrograms().length > 1);
    await revert();
    await waitFor('their end', () => stressPrograms().length === 0);
    await untilView(system, 'faulty', 'sends', (view) => (view?.rate ?? 0) > 1);
  });

  it('holds up no end of the system', async () => {
    for (const fault of ['broker', 'camera', 'cpu', 'viewer'] as const) await injectFault(fault, 60);
    expect(await system.stop()).toBe(0);
  });
});
