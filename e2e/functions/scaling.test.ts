/** Replicas: as many as were asked for, seen by their names, and none is missed when they come and go under load. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../../testkit/clients/prometheus.ts';
import { startPosts } from '../../testkit/load/posts.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { ROOT } from '../../testkit/system/paths.ts';
import { processesOf } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';

let system: System;
beforeAll(async () => {
  // the slower detector, so that there is something to wait for
  system = await startSystem({ args: ['--no-demo', '--replicas', '3', '--detector', 'haar'] });
});
afterAll(() => system?.stop());

const replicas = () => processesOf(system.data, 'detect-faces');
const nodes = async () => {
  const samples = await query(system.prometheus, 'count by (node_id) (cv_frames_processed_total > 0)');
  return samples.map(({ metric }) => metric.node_id);
};

/** By the command that a person types. Its last line. */
async function scale(replicas: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['setup/scale.mjs', `detect-faces=${replicas}`, '--gateway', system.gateway, '--data', system.data],
    { cwd: ROOT },
  );
  return stdout.trim().split('\n').at(-1);
}

it('three replicas are three node ids', async () => {
  expect(replicas()).toHaveLength(3);
  const load = await startPosts(system, 'scaled', 6);
  await waitFor('three node ids in the metrics', async () => (await nodes()).length >= 3, {
    timeout: 60_000,
    every: 500,
  });
  await load.stop();
});

it('up to five and back to one under load, and each accepted frame has exactly one outcome', async () => {
  const ledger = openResultLog(system.amqp);
  const load = await startPosts(system, 'scaled', 6);
  const more = async () => {
    const enough = load.accepted.length + 30;
    await waitFor('frames under way', () => load.accepted.length >= enough, { timeout: 60_000 });
  };
  await more();
  // on a machine with more cores the load alone may ask for more
  expect(await scale(5)).toMatch(/^detect-faces: (\d+) of \1 replicas are ready$/);
  expect(replicas().length).toBeGreaterThanOrEqual(5);
  await more();
  // under this load the alert adds some again before long
  expect(await scale(1)).toMatch(/^detect-faces: \d of \d replicas are ready$/);
  await waitFor('replicas that end', () => replicas().length < 5, { timeout: 60_000 });
  await more();
  await load.stop();

  await waitFor('all outcomes', () => ledger.missing(load.accepted).length === 0, { timeout: 120_000, every: 200 });
  expect([...ledger.counts(load.accepted).values()].filter((count) => count !== 1)).toEqual([]);
  const own = ledger.records.filter(({ frame_id }) => load.accepted.includes(frame_id));
  expect(own.filter(({ outcome }) => outcome !== 'detected')).toEqual([]);
  expect(new Set(own.map(({ node_id }) => node_id)).size).toBeGreaterThanOrEqual(3);
  await ledger.close();
});
