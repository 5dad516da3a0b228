/** Ended by Ctrl-C, killed without a word, started again: nothing stays behind, and nothing that was confirmed is lost. */
import { rmSync } from 'node:fs';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, expect, it } from 'vitest';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { startPosts } from '../../testkit/load/posts.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { freePortBase, takenPorts } from '../../testkit/system/ports.ts';
import { familyOf, processOf } from '../../testkit/system/processes.ts';
import { newData, startSystem } from '../../testkit/system/system.ts';

const data = newData();
const base = await freePortBase();
const options = { data, base, args: ['--no-demo', '--detector', 'haar'] };
afterAll(() => rmSync(data, { recursive: true, force: true }));

it('after kill -9 of the start command the next start works, and each confirmed frame has its outcome', async () => {
  const killed = await startSystem(options);
  const load = await startPosts(killed, 'survivor', 12);
  await waitFor('frames', () => load.accepted.length >= 40, { timeout: 60_000 });
  process.kill(killed.pid, 'SIGKILL');
  await killed.exited;
  await load.stop();

  const system = await startSystem(options);
  const ledger = openResultLog(system.amqp);
  await waitFor('all outcomes', () => ledger.missing(load.accepted).length === 0, { timeout: 60_000, every: 200 });
  await ledger.close();
  expect(await system.stop()).toBe(0);
});

it('a later start on the same data is up and goes on with it', async () => {
  const system = await startSystem(options);
  process.stdout.write(`a second start is up after ${system.seconds.toFixed(1)} s\n`);
  const ledger = openResultLog(system.amqp);
  await waitFor('what an earlier start recorded', () => ledger.records.length >= 40);
  const load = await startPosts(system, 'later', 1);
  await waitFor('new frames', () => load.accepted.length >= 3, { timeout: 30_000 });
  await load.stop();
  await waitFor('their outcomes', () => ledger.missing(load.accepted).length === 0, { timeout: 30_000 });
  await ledger.close();
  expect(await system.stop()).toBe(0);
});

it('Ctrl-C in a terminal leaves no process and no port', async () => {
  const system = await startSystem({ ...options, npm: true });
  const family = familyOf(system.pid);
  for (const name of ['rabbitmq', 'prometheus', 'detect-faces', 'connector', 'camera'])
    expect(family).toContainEqual(expect.objectContaining({ pid: processOf(data, name).pid }));

  await system.stop();
  await waitFor('no process', () => family.every((process) => !isRunning(process)));
  expect(await takenPorts(base)).toEqual([]);
});
