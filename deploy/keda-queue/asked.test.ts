/** What KEDA asks RabbitMQ by this component, as the user that the topology step makes for it. */
import { randomBytes } from 'node:crypto';
import { QUEUE, topology } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { readConfig, waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost, testBroker } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { podOf } from '../manifests.ts';
import { canRender, render } from '../render.ts';
import { declare } from '../topology/apply.ts';
import { readGrants, settings } from '../topology/settings.ts';

const user = `keda-${randomBytes(6).toString('hex')}`;
let vhost: TestVhost;
beforeAll(async () => {
  vhost = await createTestVhost();
  const config = readConfig(settings, {
    RABBITMQ_MANAGEMENT_URL: testBroker.management,
    MONITORING_URL: `http://${user}:a%20word@rabbitmq:15672/`,
  });
  await declare(vhost.admin, { topology: topology(), users: readGrants(config), nodes: 1 });
});
afterAll(async () => {
  await vhost.admin.call('DELETE', `users/${user}`);
  await vhost.drop();
});

it('the user may read the length of the queue, what is unacked included, and take no frame', async () => {
  for (let frame = 0; frame < 3; frame++)
    await vhost.admin.call('POST', `exchanges/${vhost.admin.vhost}/amq.default/publish`, {
      properties: {},
      routing_key: QUEUE.frames,
      payload: 'a frame',
      payload_encoding: 'string',
    });
  const broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  let give = () => {};
  const given = new Promise<'ack'>((resolve) => {
    give = () => resolve('ack');
  });
  const consumer = broker.consume({ queue: QUEUE.frames, prefetch: 1, onDelivery: () => given });
  const address = `${new URL(testBroker.management).origin}/api/queues/${vhost.admin.vhost}/${QUEUE.frames}`;
  const headers = { authorization: `Basic ${Buffer.from(`${user}:a word`).toString('base64')}` };
  try {
    const seen = async () => {
      const answer = await fetch(address, { headers });
      expect(answer.status).toBe(200);
      const { messages, messages_unacknowledged } = (await answer.json()) as Record<string, number>;
      return messages_unacknowledged === 1 && messages === 3;
    };
    expect(await waitFor('the length to be known', seen, { timeout: 60_000 })).toBe(true);
    const got = await fetch(`${address}/get`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' }),
    });
    expect(got.ok).toBe(false);
  } finally {
    give();
    await consumer.stop();
    await broker.close();
  }
}, 120_000);

it.skipIf(!canRender)(
  'the topology step gets the address that KEDA asks',
  () => {
    const all = render(['keda', 'keda-queue']);
    const job = all.find(({ kind, metadata }) => kind === 'Job' && metadata.name === 'topology')!;
    expect(podOf(job).containers[0].env).toContainEqual({
      name: 'MONITORING_URL_FILE',
      value: '/secrets/users/monitoring-url',
    });
  },
  60_000,
);

it.skipIf(!canRender)(
  'it is the queue of detect-faces that is asked for',
  () => {
    const [scaled] = render(['keda', 'keda-queue']).filter(({ kind }) => kind === 'ScaledObject');
    const [{ type, metadata }] = scaled!.spec.triggers;
    expect([type, metadata.protocol, metadata.queueName]).toEqual(['rabbitmq', 'http', QUEUE.frames]);
    // busy replicas have at most one frame each in work; more would take them away by their own success
    expect(Number(metadata.value)).toBeLessThan(2);
  },
  60_000,
);
