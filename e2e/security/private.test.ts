/** What npm start runs is this person's alone: reached from this machine only, with no account that others know, its data unreadable to them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { connect } from 'amqplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { startPosts } from '../../testkit/load/posts.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { ingestUrl, postBody } from '../../testkit/system/cameras.ts';
import { isLoopback, listenersOf } from '../../testkit/system/listeners.ts';
import { processOf } from '../../testkit/system/processes.ts';
import { newData, type System, startSystem } from '../../testkit/system/system.ts';
import { openRecordingViewer } from '../../testkit/viewers/websocket.ts';
import { useChromium } from '../browser/use.ts';

const chromium = useChromium();
const data = newData();
let system: System;
beforeAll(async () => {
  chmodSync(data, 0o755); // as an earlier version left it
  system = await startSystem({ data, args: ['--faults', '--detector', 'haar'] });
});
afterAll(async () => {
  await system?.stop();
  rmSync(data, { recursive: true, force: true });
});

it('nothing of it listens to other machines', async () => {
  const programs = new Set(listenersOf(system.pid).map(({ process }) => process));
  for (const name of ['beam.smp', 'epmd', 'prometheus', 'node']) expect(programs).toContain(name);
  // Erlang opens a UDP socket for a moment to list the machine's addresses
  const open = () => listenersOf(system.pid).filter((listener) => !isLoopback(listener));
  await waitFor('nothing that listens to others', () => open().length === 0 || expect(open()).toEqual([]));
});

it('nothing in its data can be read by others, what an earlier start left included', async () => {
  const open = () => execFileSync('find', [data, '!', '-type', 'l', '-perm', '/077'], { encoding: 'utf8' });
  // files come and go while it runs
  await waitFor('nothing that is open to others', () => open() === '' || expect(open()).toBe(''));
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

it('the broker knows no default account', async () => {
  const { hostname, port } = new URL(system.amqp);
  await expect(connect(`amqp://guest:guest@${hostname}:${port}`)).rejects.toThrow(/ACCESS.REFUSED|403/);
  await expect(
    createBrokerAdmin(`http://guest:guest@127.0.0.1:${system.base + 31}`).call('GET', 'whoami'),
  ).rejects.toThrow('refuses the user "guest"');
  const users = (await createBrokerAdmin(system.management).call<{ name: string; tags: string[] }[]>('GET', 'users'))!;
  expect(users.filter(({ tags }) => String(tags) !== '').map(({ name }) => name)).toEqual(['framewire']);
});

it("the printed address of the broker's management page works for a person", async () => {
  const [, address, user, password] = /(http\S+) \(user (\S+), password (\S+)\)/.exec(system.output())!;
  const page = await chromium.open(address!);
  await page.locator('input[name=username]').fill(user!);
  await page.locator('input[name=password]').fill(password!);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByText('RabbitMQ 3.').first().waitFor();
});

it("frames flow again after the broker's data is deleted and its node killed", async () => {
  const viewer = await openRecordingViewer(system.dashboard);
  const jpeg = await createScene('door').draw(0);
  const before = (await createBrokerAdmin(system.management).call('GET', 'vhosts/%2F')) as {
    default_queue_type: string;
  };
  expect(before.default_queue_type).toBe('quorum');

  const { pid } = processOf(data, 'rabbitmq');
  rmSync(join(data, 'rabbitmq'), { recursive: true, force: true });
  process.kill(pid, 'SIGKILL');

  await waitFor('a new node', () => processOf(data, 'rabbitmq').pid !== pid && existsSync(join(data, 'rabbitmq')));
  const id = await waitFor(
    'a frame that is taken',
    async () => {
      const answer = await postBody(ingestUrl(system, 'after'), jpeg);
      const { frame_id } = (await answer.json()) as { frame_id?: string };
      return frame_id;
    },
    { timeout: 120_000, every: 500 },
  );
  const ledger = openResultLog(system.amqp);
  await waitFor('its outcome', () => ledger.records.some(({ frame_id }) => frame_id === id), { timeout: 60_000 });
  const load = await startPosts(system, 'later', 1);
  await waitFor(
    'outcomes with pictures before a viewer',
    () => viewer.results.some(({ record, jpeg }) => record.camera_id === 'later' && jpeg.length > 0),
    { timeout: 120_000 },
  );
  await load.stop();
  await ledger.close();
  await viewer.close();
  const after = (await createBrokerAdmin(system.management).call('GET', 'vhosts/%2F')) as {
    default_queue_type: string;
  };
  expect(after.default_queue_type).toBe('quorum');
  expect(system.output()).toContain('RabbitMQ came back without its users and queues');
});
