/** Three brokers, each killed in turn while frames flow: the system goes on, and each confirmed frame is shown once. */
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPosts } from '../../testkit/load/posts.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { listProcesses, processOf } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ args: ['--no-demo', '--brokers', '3'] });
}, 240_000);
afterAll(() => system?.stop());

const BROKERS = ['rabbitmq', 'rabbitmq-2', 'rabbitmq-3'];

it('loses no confirmed frame and shows none twice, whichever broker is killed', async () => {
  const shown = new Map<string, number>();
  const viewer = openViewer(system.dashboard, ({ record }) => {
    shown.set(record.frame_id, (shown.get(record.frame_id) ?? 0) + 1);
  });
  await viewer.connected;
  const load = await startPosts(system, 'survivor', 4);
  const more = async (what: string) => {
    const enough = load.accepted.length + 20;
    await waitFor(`frames ${what}`, () => load.accepted.length >= enough, { timeout: 60_000 });
  };
  await more('before anything was killed');
  for (const name of BROKERS) {
    const running = listProcesses(system.data).length;
    const { pid } = processOf(system.data, name);
    process.kill(pid, 'SIGKILL');
    await more(`without ${name}`);
    await waitFor(`${name} to run again`, () => listProcesses(system.data).length >= running, { timeout: 60_000 });
    await waitFor(`the members of ${name}`, () => everywhere(), { timeout: 120_000, every: 500 });
  }
  await load.stop();

  const records = openResultLog(system.amqp);
  await waitFor('all outcomes', () => records.missing(load.accepted).length === 0, { timeout: 60_000, every: 200 });
  await waitFor('all of them shown', () => load.accepted.every((id) => shown.has(id)), { timeout: 30_000 });
  expect([...shown].filter(([, times]) => times > 1)).toEqual([]);
  await records.close();
  await viewer.close();
}, 600_000);

/** Whether the queues of frames are online on all three. The stream is left out: RabbitMQ reports its replicas late. */
async function everywhere(): Promise<boolean> {
  const { base, management } = system;
  const address = new URL(management);
  address.port = `${base + 31}`;
  const authorization = `Basic ${btoa(`${address.username}:${address.password}`)}`;
  const response = await fetch(`http://127.0.0.1:${address.port}/api/queues/%2F`, { headers: { authorization } });
  const queues = (await response.json()) as { type: string; online?: string[] }[];
  return queues.filter(({ type }) => type === 'quorum').every(({ online }) => online?.length === 3);
}
