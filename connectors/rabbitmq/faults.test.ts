import { permissions, QUEUE, uuidv7 } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER, detector } from './testing/gateway.ts';
import { startTestSystem, type TestSystem } from './testing/system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await startTestSystem();
});
afterEach(() => system.close());

const everyOutcome = (ids: string[]) =>
  waitFor('every outcome', () => ids.every((id) => system.records(id).length > 0), { timeout: 20_000 });

/** A function that answers only when it is let. */
function heldDetector() {
  const held: (() => void)[] = [];
  let isOpen = false;
  return {
    held,
    answerAll() {
      isOpen = true;
      for (const go of held.splice(0)) go();
    },
    fn: detector({
      replicas: 2,
      async answer() {
        if (!isOpen) await new Promise<void>((resolve) => held.push(resolve));
        return Response.json(ANSWER);
      },
    }),
  };
}

describe('no frame is lost', () => {
  it('when the connections are cut while frames are in flight', async () => {
    const { fn, held, answerAll } = heldDetector();
    system.gateway.functions.set('detect', fn);
    await system.start();
    const ids = await Promise.all(Array.from({ length: 10 }, () => system.send()));
    await waitFor('frames under way', () => held.length === 4);
    await system.vhost.cut('connector consumes');
    await waitFor('another delivery of the same', () => held.length > 4);
    answerAll();
    await everyOutcome(ids);
    for (const id of ids) expect(system.records(id).every(({ outcome }) => outcome === 'detected')).toBe(true);
  });

  it('when the outcome cannot be published for a while', async () => {
    system.gateway.functions.set('detect', detector());
    await system.start();
    await everyOutcome([await system.send()]);
    const binding = `bindings/${system.vhost.admin.vhost}/e/results/q/${QUEUE.results}`;
    await system.vhost.admin.call('DELETE', `${binding}/%23`);
    const id = await system.send();
    const ready = async () => (await (await system.get('/readyz')).text()).trim();
    await waitFor('the reason', async () =>
      (await ready()).startsWith('outcomes are not confirmed: no queue is bound'),
    );
    await system.vhost.admin.call('POST', binding, { routing_key: '#' });
    await everyOutcome([id]);
    expect(await ready()).toBe('ready');
  });

  it('when it drains: what the function works on gets its outcome, the rest stays in the queue', async () => {
    const { fn, held, answerAll } = heldDetector();
    system.gateway.functions.set('detect', fn);
    const drain = await system.start();
    const ids = await Promise.all(Array.from({ length: 10 }, () => system.send()));
    await waitFor('frames under way', () => held.length === 4);
    const drained = drain();
    answerAll();
    await drained;
    await waitFor('their outcomes', () => ids.filter((id) => system.records(id).length === 1).length === 4);
    expect(await system.ready(QUEUE.frames)).toBe(6);
  });

  it('when it drains while the function is busy: what waits is given back', async () => {
    let asked = 0;
    const answer = () => new Response(`${++asked}`, { status: 429 });
    system.gateway.functions.set('detect', detector({ answer }));
    const drain = await system.start();
    await system.send();
    await waitFor('a few tries', () => asked > 2);
    await drain();
    expect(await system.ready(QUEUE.frames)).toBe(1);
  });

  it('when two connectors share the queue and one drains', async () => {
    system.gateway.functions.set('detect', detector({ replicas: 2 }));
    const drain = await system.start();
    await system.start();
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) {
      ids.push(await system.send());
      if (n === 30) await drain();
    }
    await everyOutcome(ids);
    expect(ids.map((id) => system.records(id).length)).toEqual(ids.map(() => 1));
  });
});

describe('the rights of its user', () => {
  it('are enough, and no more than they are', async () => {
    const { admin, amqp } = system.vhost;
    const user = `connector-${uuidv7()}`;
    await admin.call('PUT', `users/${user}`, { password: 'secret', tags: '' });
    await admin.call('PUT', `permissions/${admin.vhost}/${user}`, permissions().connector);
    const url = new URL(amqp);
    url.username = user;
    url.password = 'secret';
    try {
      system.gateway.functions.set('detect', detector());
      const drain = await system.start({ AMQP_URL: url.href });
      const legacy = Buffer.from(JSON.stringify({ frame: '/9j/4A==', timestamp: 7 }));
      await system.broker.publish({ exchange: '', key: QUEUE.frames, content: legacy, timeoutMs: 5_000 });
      await everyOutcome([await system.send()]);
      await waitFor('its result', () => system.messages.some(({ fields }) => fields.routingKey === 'default'));
      await drain();

      const asConnector = createBroker({ url: url.href, name: 'probe', log: silentLog });
      const frame = { exchange: 'frames', key: 'faces.door', content: new Uint8Array(1), timeoutMs: 1_000 };
      await expect(asConnector.publish(frame)).rejects.toThrow();
      await asConnector.close();
    } finally {
      await admin.call('DELETE', `users/${user}`);
    }
  });
});
