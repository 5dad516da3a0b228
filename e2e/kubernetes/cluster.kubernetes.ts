/**
 * `npm run test:kubernetes`: frames through the system that docs/openfaas.md has set up in the cluster that kubectl names, and what
 * happens to them when parts of it go. It finds out which variant runs: how many brokers there are, and what scales. That rests
 * for the time, so that the number of replicas is as it is set here.
 */
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawScene, FACES } from '../../functions/detect-faces/testing/scene.ts';
import { query } from '../../testkit/clients/prometheus.ts';
import { makeSampleFrames } from '../../testkit/frames/sample-frames.ts';
import { type EventsViewer, openEventsViewer } from '../../testkit/viewers/server-sent-events.ts';
import { byReplica, type Cluster, openCluster } from './cluster.ts';
import { kubectl, listPods, type Pod } from './kubectl.ts';
import { saturate } from './saturate.ts';
import { underLoad } from './traffic.ts';
import { FUNCTIONS, findVariant, OPENFAAS, PARTS, restScaler } from './variant.ts';

const DETECT = 'deployment/detect-faces';
/** How long shares are counted, milliseconds for each replica: with the detector that sleeps 100 ms, a thousand frames. */
const SHARE_MS = 25_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

const variant = await findVariant();

describe(`an OpenFaaS on Kubernetes: ${variant.name}`, () => {
  let cluster: Cluster;
  let wakeScaler: () => Promise<unknown>;
  let jpegs: Uint8Array[];

  beforeAll(async () => {
    wakeScaler = await restScaler(variant);
    cluster = await openCluster(variant);
    ({ jpegs } = await makeSampleFrames(process.env.FRAMEWIRE_IMAGES));
  }, 120_000);
  afterAll(async () => {
    try {
      await cluster?.scale(1);
    } finally {
      await wakeScaler?.();
      await cluster?.close();
    }
  }, 180_000);

  it('a posted frame comes back with its faces, as an event through the gateway', async () => {
    let viewer: EventsViewer | undefined;
    const opening = openEventsViewer(`${cluster.gateway}/function/results-ws/api/events`, {
      key: cluster.keys.results,
    }).then((opened) => {
      viewer = opened;
    });
    const jpeg = new Uint8Array(await drawScene().jpeg().toBuffer());
    const posted = new Set<string>();
    const post = async () => {
      const answer = await fetch(`${cluster.gateway}/function/ingest-frame/?camera=door`, {
        method: 'POST',
        headers: { authorization: `Bearer ${cluster.keys.ingest}`, 'content-type': 'image/jpeg' },
        body: jpeg,
      });
      expect(answer.status, await answer.clone().text()).toBe(202);
      posted.add(((await answer.json()) as { frame_id: string }).frame_id);
    };
    // an older faas-netes holds the head of the answer and the events back until it has 4 kB of them
    const record = await waitFor(
      'the result as an event',
      async () => {
        await post();
        return viewer?.records.find(({ frame_id }) => posted.has(frame_id));
      },
      { timeout: 90_000, every: 500 },
    );
    await opening;
    expect(viewer!.status).toBe(200);
    await viewer!.close();
    expect(record).toMatchObject({ outcome: 'detected', camera_id: 'door' });
    expect(record.detections).toHaveLength(FACES.length);
  }, 120_000);

  it.each([1, 2, 3, 5])(
    '%i replicas: Prometheus finds each, and each has its share',
    async (replicas) => {
      await cluster.scale(replicas);
      const pods = (await listPods(FUNCTIONS, 'faas_function=detect-faces')).map(({ name }) => name).sort();
      expect(pods).toHaveLength(replicas);
      const found = async () => {
        const up = await query(cluster.prometheus, 'up{job="detect-faces"} == 1');
        return up.map(({ metric }) => metric.instance).sort();
      };
      await waitFor('Prometheus to find them', async () => `${await found()}` === `${pods}`, { timeout: 60_000 });

      const windowMs = replicas * SHARE_MS;
      const records = await saturate(cluster, jpegs, { replicas, warmUpMs: 10_000, windowMs });
      const counts = byReplica(records);
      expect([...counts.keys()].sort()).toEqual(pods);
      const shares = [...counts.values()].map((count) => (count * replicas) / records.length);
      const rates = [...counts.values()].map((count) => (count / (windowMs / 1000)).toFixed(1));
      say(
        `${replicas} replicas: ${rates.join(' + ')} frames/s; of the mean ${shares.map((s) => s.toFixed(3)).join(', ')}`,
      );
      // faas-netes throws dice for each call: as even as that can be, four standard deviations
      const byChance = 4 * Math.sqrt((replicas - 1) / records.length);
      for (const share of shares) expect(Math.abs(share - 1)).toBeLessThanOrEqual(byChance);
    },
    300_000,
  );

  describe('under load, every confirmed frame has one outcome, and is shown it once:', () => {
    beforeAll(() => cluster.scale(2), 180_000);

    const unharmed = async (what: string, disturb: (flowing: () => Promise<void>) => Promise<void>) => {
      const begin = performance.now();
      const report = await underLoad(cluster, jpegs, disturb);
      const { confirmed, shown, repeated, refused, lost, duplicated, unexpected } = report;
      const seconds = ((performance.now() - begin) / 1000).toFixed(0);
      say(
        `${what}: ${confirmed} confirmed in ${seconds} s, ${shown} shown, ${refused} refused by HTTP, ${repeated} records repeated`,
      );
      expect({ lost, duplicated, unexpected }).toEqual({ lost: [], duplicated: [], unexpected: [] });
      expect(confirmed).toBeGreaterThan(20);
    };
    const remove = ({ namespace, name }: Pod, ...how: string[]) =>
      kubectl('-n', namespace, 'delete', 'pod', name, '--timeout=120s', ...how);
    const killed = ['--grace-period=0', '--force'];
    const ready = (namespace: string, owner: string) =>
      kubectl('-n', namespace, 'rollout', 'status', owner, '--timeout=180s');

    it(
      'a rolling update of detect-faces',
      () =>
        unharmed('rolling update', async () => {
          await kubectl('-n', FUNCTIONS, 'rollout', 'restart', DETECT);
          await ready(FUNCTIONS, DETECT);
        }),
      400_000,
    );

    it(
      'each pod of detect-faces is deleted',
      () =>
        unharmed('pods of detect-faces deleted', async (flowing) => {
          for (const pod of await listPods(FUNCTIONS, 'faas_function=detect-faces')) {
            await remove(pod);
            await flowing();
            await ready(FUNCTIONS, DETECT);
          }
        }),
      400_000,
    );

    it(
      'each pod of detect-faces is killed',
      () =>
        unharmed('pods of detect-faces killed', async (flowing) => {
          for (const pod of await listPods(FUNCTIONS, 'faas_function=detect-faces')) {
            await remove(pod, ...killed);
            await flowing();
            await ready(FUNCTIONS, DETECT);
          }
        }),
      400_000,
    );

    const { brokers } = variant;
    const parts: [namespace: string, selector: string, owner: string][] = [
      [FUNCTIONS, 'faas_function=ingest-frame', 'deployment/ingest-frame'],
      [FUNCTIONS, 'faas_function=results-ws', 'deployment/results-ws'],
      [PARTS, 'app=connector-rabbitmq', 'deployment/connector-rabbitmq'],
    ];
    if (brokers) parts.push([PARTS, brokers.selector, brokers.owner]);
    it.each(parts)(
      'in %s each pod of %s is deleted, one after the other',
      (namespace, selector, owner) =>
        unharmed(`${selector} deleted`, async (flowing) => {
          for (const pod of await listPods(namespace, selector)) {
            await remove(pod);
            // of several brokers two serve while the third is away
            if (owner === brokers?.owner && brokers.nodes > 1) await flowing();
            await ready(namespace, owner);
            await flowing();
          }
        }),
      900_000,
    );

    it.skipIf((brokers?.nodes ?? 1) < 3)(
      'each of several brokers is killed',
      () =>
        unharmed('brokers killed', async (flowing) => {
          for (const pod of await listPods(PARTS, brokers!.selector)) {
            await remove(pod, ...killed);
            await flowing();
            await ready(PARTS, brokers!.owner);
          }
        }),
      900_000,
    );

    it(
      'the gateway is killed',
      () =>
        unharmed('gateway killed', async (flowing) => {
          for (const pod of await listPods(OPENFAAS, 'app=gateway')) await remove(pod, ...killed);
          await ready(OPENFAAS, 'deployment/gateway');
          await flowing();
        }),
      400_000,
    );
  });
});
