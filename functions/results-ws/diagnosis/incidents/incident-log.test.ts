import { EXCHANGE, type IncidentRecord, RECORD_TYPE } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProducer, startReplica } from '../../testing/replica.ts';
import { findingSince } from '../../testing/rules.ts';
import { createIncidentLog, type IncidentLog } from './incident-log.ts';

const T = 1_700_000_000;

/** Replicas that read one stream: what one publishes all read, itself included. */
function setUp(...names: string[]) {
  let now = T;
  const stream: IncidentRecord[] = [];
  const replicas = new Map<string, IncidentLog>();
  for (const node_id of names) {
    const publish = async ({ content }: { content: Uint8Array }) => {
      stream.push(JSON.parse(new TextDecoder().decode(content)));
    };
    const options = { broker: { publish }, node_id, isLive: () => true, log: silentLog, clock: () => now * 1000 };
    replicas.set(node_id, createIncidentLog(options));
  }
  let read = 0;
  return {
    stream,
    of: (name: string) => replicas.get(name)!,
    /** The replica is killed: it publishes nothing more. */
    kill(name: string) {
      replicas.get(name)!.close();
      replicas.delete(name);
    },
    pass(seconds: number) {
      for (let n = 0; n < seconds; n++) {
        now += 1;
        for (const record of stream.slice(read)) for (const each of replicas.values()) each.finding(record);
        read = stream.length;
        for (const each of replicas.values()) each.compare();
      }
    },
    at: () => now,
    end() {
      for (const each of replicas.values()) each.close();
    },
  };
}

describe('what was found', () => {
  let world: ReturnType<typeof setUp>;
  afterEach(() => world.end());
  const findings = (name: string) =>
    world
      .of(name)
      .newest(50)
      .flatMap((event) => (event.type === 'finding' ? [[event.finding.cause, event.at, event.until]] : []));

  it('is published once by one of the replicas that find it, and its end too', () => {
    world = setUp('a', 'b');
    world.of('a').report(findingSince(T - 6));
    world.pass(2);
    world.of('b').report(findingSince(T - 5));
    world.pass(5);
    expect(world.stream.length).toBe(1);
    world.of('b').report(findingSince(T - 5), T + 3);
    world.pass(2);
    expect(findings('a')).toEqual([['cpu', T - 6, undefined]]);
    world.of('a').report(findingSince(T - 6), T + 4);
    world.pass(5);
    expect(world.stream.length).toBe(2);
    expect([findings('a'), findings('b')]).toEqual([[['cpu', T - 6, T + 4]], [['cpu', T - 6, T + 4]]]);
  });

  it('counts once where both reported it at the same moment', () => {
    world = setUp('a', 'b');
    world.of('a').report(findingSince(T - 6));
    world.of('b').report(findingSince(T - 6));
    world.pass(3);
    expect(world.stream.length).toBe(2);
    expect(findings('b')).toEqual([['cpu', T - 6, undefined]]);
  });

  it('lasts while one of them still finds it', () => {
    world = setUp('a', 'b');
    world.of('a').report(findingSince(T - 6));
    world.of('b').report(findingSince(T - 6));
    world.pass(3);
    world.of('a').report(findingSince(T - 6), T + 2);
    world.pass(20);
    expect(findings('a')).toEqual([['cpu', T - 6, undefined]]);
    world.of('b').report(findingSince(T - 6), T + 20);
    world.pass(3);
    expect(findings('a')).toEqual([['cpu', T - 6, T + 20]]);
  });

  it('is renewed while it lasts, and ends with whoever reported it', () => {
    world = setUp('a', 'b');
    world.of('a').report(findingSince(T));
    world.pass(130);
    expect(world.stream.length).toBe(3);
    world.kill('a');
    world.pass(140);
    expect(findings('b')).toEqual([['cpu', T, undefined]]);
    world.pass(60);
    expect(findings('b')).toEqual([['cpu', T, expect.any(Number)]]);
  });

  it('is published whole after the fact, where there was no broker to publish it to', () => {
    world = setUp('a');
    world.of('a').report(findingSince(T - 40, { cause: 'broker' }), T - 10);
    world.pass(3);
    expect(world.stream).toEqual([expect.objectContaining({ until: T - 10 })]);
    world.pass(30);
    expect(world.stream.length).toBe(1);
    expect(findings('a')).toEqual([['broker', T - 40, T - 10]]);
  });

  it('keeps its id and its beginning when it gets a better name, at every replica', () => {
    world = setUp('a', 'b');
    world.of('a').report(findingSince(T - 6, { id: 'one', cause: 'viewer' }));
    world.pass(2);
    world.of('b').report(findingSince(T - 5, { id: 'two', cause: 'viewer' }));
    world.pass(2);
    world.of('a').report(findingSince(T - 6, { id: 'one', cause: 'cpu', severity: 'critical' }));
    world.of('b').report(findingSince(T - 5, { id: 'two', cause: 'cpu', severity: 'critical' }));
    world.pass(2);
    expect([findings('a'), findings('b')]).toEqual([[['cpu', T - 6, undefined]], [['cpu', T - 6, undefined]]]);
    const known = world.of('b').incident('two');
    expect(known).toMatchObject({ id: 'one', at: T - 6, finding: { id: 'one', cause: 'cpu', severity: 'critical' } });
    expect(world.of('b').idOf(findingSince(T - 5, { id: 'two' }))).toBe('one');
    world.of('a').report(findingSince(T - 6, { id: 'one', cause: 'cpu', severity: 'critical' }), T + 8);
    world.of('b').report(findingSince(T - 5, { id: 'two', cause: 'cpu', severity: 'critical' }), T + 8);
    world.pass(12);
    expect([findings('a'), findings('b')]).toEqual([[['cpu', T - 6, T + 8]], [['cpu', T - 6, T + 8]]]);
    expect(world.of('a').incident('one')).toMatchObject({ until: T + 8 });
    expect(world.of('a').incident('three')).toBeUndefined();
  });

  it('is another one when it comes again later', () => {
    world = setUp('a');
    for (const since of [T, T + 100]) {
      world.of('a').report(findingSince(since));
      world.pass(5);
      world.of('a').report(findingSince(since), since + 10);
      world.pass(5);
    }
    expect(findings('a')).toEqual([
      ['cpu', T + 100, T + 110],
      ['cpu', T, T + 10],
    ]);
  });
});

describe('in a real stream', () => {
  let vhost: TestVhost;
  beforeEach(async () => {
    vhost = await createTestVhost();
  });
  afterEach(() => vhost.drop());

  it('events are read back by a replica that comes later: findings, and cameras that come and go', async () => {
    const now = Math.floor(Date.now() / 1000);
    const producer = createProducer(vhost.amqp);
    const one = await startReplica(vhost.amqp);
    const broker = createBroker({ url: vhost.amqp, name: 'another', log: silentLog });
    await producer.camera({ camera_id: 'door', since: now - 60 });
    await producer.camera({ camera_id: 'door', since: now - 60 });
    await producer.camera({ camera_id: 'door', state: 'offline', reason: 'Connection refused', since: now - 20 });
    one.results.incidents.report(findingSince(now - 10));
    const url = async (replica: typeof one) => (await fetch(`${replica.url}/api/incidents?limit=10`)).json();
    const of = async (replica: typeof one) =>
      (await url(replica)).incidents.map(({ type, at }: { type: string; at: number }) => [type, at]);
    const wanted = [
      ['finding', now - 10],
      ['camera', now - 20],
      ['camera', now - 60],
    ];
    await waitFor('the stream to say it', async () => (await of(one)).length === 3);
    expect(await of(one)).toEqual(wanted);
    one.results.incidents.report(findingSince(now - 10), now - 1);
    await waitFor('its end', async () => (await url(one)).incidents[0].until === now - 1);

    const two = await startReplica(vhost.amqp);
    expect(await of(two)).toEqual(wanted);
    const known = (await url(two)).incidents[0];
    const incident = await (await fetch(`${two.url}/api/incidents/${known.id}`)).json();
    expect(incident).toEqual({ incident: { id: known.id, at: now - 10, until: now - 1, finding: known.finding } });
    expect((await fetch(`${two.url}/api/incidents/none`)).status).toBe(404);
    expect(known).toMatchObject({
      until: now - 1,
      finding: { cause: 'cpu', message: 'Not enough CPU.' },
    });

    // somebody else's record of our type is passed over where it cannot be read
    const content = new TextEncoder().encode('{"finding": 1}');
    const properties = { type: RECORD_TYPE.incident };
    await broker.publish({ exchange: EXCHANGE.results, key: 'incident', content, properties, timeoutMs: 5_000 });
    const { frame_id } = await producer.result({});
    await waitFor('what follows it', () => two.results.history.find(frame_id));
    for (const close of [broker.close, producer.close, one.close, two.close]) await close();
  });
});
