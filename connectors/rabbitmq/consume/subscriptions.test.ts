import { CONCURRENCY_ANNOTATION, DEFAULT_TOPICS, QUEUE, TOPIC_ANNOTATION } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER, detector } from '../testing/gateway.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

const OBJECTS = { topic: 'objects', queue: 'object_queue', maxLength: 64, maxBytes: 1e6 };

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem([...DEFAULT_TOPICS, OBJECTS]);
  await system.start({ MAX_CONCURRENCY: '8' });
});
afterAll(() => system.close());
beforeEach(() => system.gateway.functions.clear());

interface Shown {
  queue: string;
  function: string;
  passed_over: string[];
  concurrency: number;
}
const shown = async () =>
  ((await (await system.get('/subscriptions')).json()) as { subscriptions: Shown[] }).subscriptions;
const untilShown = (check: (subscriptions: Shown[]) => boolean) =>
  waitFor('the subscriptions', async () => check(await shown()));
const record = (id: string) => waitFor(`the outcome of ${id}`, () => system.records(id)[0]);
const ready = async () => (await system.get('/readyz')).text();
const onTopic = (topic: string, more = {}) => ({ annotations: { [TOPIC_ANNOTATION]: topic, ...more } });

describe('the queues that are consumed', () => {
  it('are none while no function asks for one, and it says so', async () => {
    system.gateway.functions.set('other', detector({ annotations: {} }));
    await waitFor('the reason', async () => (await ready()).includes('no function asks for a queue'));
  });

  it('come and go with the functions', async () => {
    const waiting = await system.send();
    system.gateway.functions.set('detect', detector());
    expect((await record(waiting)).outcome).toBe('detected');
    await waitFor('ready', async () => (await ready()) === 'ready\n');

    system.gateway.functions.clear();
    await untilShown((list) => list.length === 0);
    const later = await system.send();
    await waitFor('the frame to wait', async () => (await system.ready(QUEUE.frames)) === 1);
    system.gateway.functions.set('detect', detector());
    expect((await record(later)).outcome).toBe('detected');
  });

  it('may be several, each with a function of its own or one for all', async () => {
    const named = (node_id: string, topic: string) =>
      detector({ ...onTopic(topic), answer: (c) => c.json({ ...ANSWER, node_id }) });
    system.gateway.functions.set('faces', named('faces', QUEUE.frames));
    system.gateway.functions.set('objects', named('objects', OBJECTS.queue));
    expect((await record(await system.send())).node_id).toBe('faces');
    expect((await record(await system.send({}, 'objects'))).node_id).toBe('objects');

    system.gateway.functions.clear();
    system.gateway.functions.set('both', named('both', `${QUEUE.frames}, ${OBJECTS.queue}`));
    await untilShown((list) => list.length === 2 && list.every((one) => one.function === 'both'));
    expect(await record(await system.send())).toMatchObject({ node_id: 'both', topic: 'faces' });
    expect(await record(await system.send({}, 'objects'))).toMatchObject({ node_id: 'both', topic: 'objects' });
  });

  it('go to the first by name where several ask for one, and it says so', async () => {
    system.gateway.functions.set('b', detector());
    system.gateway.functions.set('a', detector());
    await untilShown(([one]) => one?.function === 'a' && one.passed_over.join() === 'b');
    expect(await ready()).toBe('ready\nframe_queue goes to a, not to b\n');
  });

  it('that are missing are named', async () => {
    system.gateway.functions.set('detect', detector(onTopic('nowhere_queue')));
    await waitFor('the reason', async () => (await ready()).includes('nowhere_queue'));
  });
});

it('a gateway that refuses is named with its answer', async () => {
  system.gateway.refusal = 'invalid credentials';
  try {
    await waitFor('the reason', async () => (await ready()).includes('it answered 401: invalid credentials'));
  } finally {
    system.gateway.refusal = undefined;
  }
  system.gateway.functions.set('detect', detector());
  await waitFor('ready', async () => (await ready()) === 'ready\n');
});

describe('concurrency', () => {
  it('follows the replicas, within its bounds', async () => {
    const withReplicas = (replicas: number, more = {}) =>
      system.gateway.functions.set('detect', detector({ replicas, ...onTopic(QUEUE.frames, more) }));
    const untilConcurrency = (n: number) => untilShown(([one]) => one?.concurrency === n);
    withReplicas(1);
    await untilConcurrency(2);
    withReplicas(3);
    await untilConcurrency(6);
    withReplicas(100);
    await untilConcurrency(8);
    withReplicas(2, { [CONCURRENCY_ANNOTATION]: '3' });
    await untilConcurrency(6);
    withReplicas(0);
    await untilConcurrency(1);
  });

  it('is what the function gets', async () => {
    let now = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const answer = async () => {
      most = Math.max(most, ++now);
      await new Promise<void>((resolve) => waiting.push(resolve));
      now--;
      return Response.json(ANSWER);
    };
    system.gateway.functions.set('detect', detector({ replicas: 2, answer }));
    await untilShown(([one]) => one?.concurrency === 4);
    const ids = await Promise.all(Array.from({ length: 12 }, () => system.send()));
    await waitFor('four at once', () => now === 4);
    await waitFor('all', () => {
      for (const go of waiting.splice(0)) go();
      return ids.every((id) => system.records(id).length === 1);
    });
    expect(most).toBe(4);
  });
});

describe('a gateway that does not know the function', () => {
  it('is asked again what there is: the frame waits for a function that comes back', async () => {
    system.gateway.functions.set('detect', detector({ replicas: 0, answer: (c) => c.text('not here', 404) }));
    await untilShown((list) => list.length === 1);
    const id = await system.send();
    await waitFor('an answer', () => system.metric('connector_invocations_total', { code: '404' }));
    system.gateway.functions.set('detect', detector());
    expect((await record(id)).outcome).toBe('detected');
  });

  it('but lists it with replicas has a function that knows no such frame', async () => {
    system.gateway.functions.set('detect', detector({ answer: (c) => c.text('no such page', 404) }));
    expect(await record(await system.send())).toMatchObject({ outcome: 'rejected', reason: '404: no such page' });
  });
});
