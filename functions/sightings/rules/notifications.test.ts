import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXCHANGE, RECORD_TYPE, ruleSpec } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { buildProgram, createTestVhost, silentLog, type TestProgram, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../deliveries/testing/receiver.ts';
import { publishRecord, recordOf, trackOf } from '../testing/records.ts';

let program: TestProgram;
let vhost: TestVhost;
let broker: Broker;
let receiver: Receiver;
let folder: string;
let child: ChildProcess | undefined;
let url = '';

beforeAll(async () => {
  program = await buildProgram({ part: 'functions/sightings' });
});
afterAll(() => program.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-notify-'));
  vhost = await createTestVhost();
  broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  receiver = await startReceiver();
  await start();
});
afterEach(async () => {
  await kill();
  await receiver.close();
  await broker.close();
  await vhost.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  child = fork(program.file, {
    env: {
      ...process.env,
      AMQP_URL: vhost.amqp,
      PORT: '0',
      DATA: folder,
      LOG_LEVEL: 'silent',
      NODE_ID: 'sightings-1',
      PUBLIC_URL: 'https://cams.example.org',
      WEBHOOK_ALLOW: receiver.host,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ listening }] = await once(child, 'message');
  url = `http://127.0.0.1:${listening}`;
}

/** As the kernel does it when memory runs out. */
async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const call = (method: string, path: string, body?: unknown) =>
  fetch(`${url}/api/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
const putRule = async (id: string, when: object, more: object = {}) => {
  const rule = {
    name: id,
    when,
    targets: [{ type: 'webhook', id: 'hook', url: receiver.url, picture: 'none' }],
    ...more,
  };
  const response = await call('PUT', `rules/${id}`, ruleSpec.parse(rule));
  expect(response.status).toBe(200);
};
const messages = () => receiver.received.map(({ event }) => event.data.message);
const publish = (type: string, record: object) =>
  broker.publish({
    exchange: EXCHANGE.results,
    key: 'door',
    content: Buffer.from(JSON.stringify(record)),
    properties: { type },
    timeoutMs: 10_000,
  });

it('loses no notification when it is killed again and again, and what comes twice has the same id', async () => {
  await putRule('door', { event: 'sighting' });
  receiver.answer = (response) => {
    setTimeout(() => response.writeHead(204).end(), 20);
  };
  const COUNT = 60;
  for (let n = 1; n <= COUNT; n++) await publishRecord(broker, recordOf('door', n, { tracks: [trackOf('door', n)] }));
  for (let kills = 0; kills < 4; kills++) {
    const before = receiver.received.length;
    await waitFor('some deliveries', () => receiver.received.length > before + 3);
    await kill();
    await start();
  }
  const ids = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  await waitFor('every notification', () => ids().size === COUNT, { timeout: 60_000 });
  await waitFor('the end', async () => (await (await call('GET', 'deliveries')).json()).waiting === 0);
  expect(ids().size).toBe(COUNT);
  const sightings = new Set(receiver.received.map(({ event }) => event.data.sighting!.id));
  expect(sightings.size).toBe(COUNT);
  // each kill may cost the one that was under way a second delivery
  expect(receiver.received.length).toBeLessThanOrEqual(COUNT + 4);
  for (const { headers, event } of receiver.received) expect(headers['webhook-id']).toBe(event.id);
  // in the order in which they happened
  const firsts = [...new Map(receiver.received.map(({ event }) => [event.id, event.data.sighting!.track_id])).values()];
  expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
}, 120_000);

it('delivers to a receiver that was away for some seconds, and not before those that came first', async () => {
  await putRule('door', { event: 'sighting' });
  await receiver.close();
  for (const n of [1, 2, 3]) await publishRecord(broker, recordOf('door', n, { tracks: [trackOf('door', n)] }));
  const waits = await waitFor('a failed attempt', async () => {
    const { deliveries } = await (await call('GET', 'deliveries?state=waiting&rule=door')).json();
    return deliveries.length === 3 && deliveries.at(-1).attempts >= 2 && deliveries.at(-1);
  });
  expect(waits).toMatchObject({ reason: 'nobody listens there', state: 'waiting' });
  receiver = await startReceiver(Number(new URL(receiver.url).port));
  await waitFor('all three', () => receiver.received.length === 3);
  expect(receiver.received.map(({ event }) => event.data.sighting!.track_id)).toEqual([1, 2, 3]);
});

it('notifies of a camera that goes offline while it is away itself, once', async () => {
  await putRule('offline', { event: 'camera-offline', after_s: 2, also_over: true });
  const now = () => Date.now() / 1000;
  const camera = (state: string, since: number, reason?: string) =>
    publish(RECORD_TYPE.camera, { camera_id: 'door', state, since, timestamp: now(), restarts: 0, reason });
  await camera('online', now());
  await waitFor('progress', async () => (await call('GET', 'rules')).ok);
  await sleep(6_000); // how far it has read is kept every 5 s
  await kill();
  const since = now() - 30;
  for (let i = 0; i < 3; i++) await camera('offline', since, 'connection refused');
  await camera('online', now());
  await start();
  await waitFor('both notifications', () => receiver.received.length >= 2);
  await kill();
  await start();
  await sleep(2_000);
  expect(messages()).toEqual(['Camera door is offline: connection refused', 'Camera door sends frames again']);
}, 60_000);

it('follows a camera to another id: its sightings, and the rules that name it', async () => {
  await putRule('door', { event: 'sighting', cameras: ['door', 'yard'] });
  await publishRecord(broker, recordOf('door', 1, { tracks: [trackOf('door', 1)] }));
  await publishRecord(broker, recordOf('door', 2, { ended: [{ ...trackOf('door', 1), end: 1_001 }] }));
  await waitFor('the first', () => receiver.received.length === 1);
  const now = Date.now() / 1000;
  const removed = { camera_id: 'door', state: 'removed', renamed_to: 'porch', since: now, timestamp: now, restarts: 0 };
  await publish(RECORD_TYPE.camera, removed);
  const at = async (camera: string) =>
    (await (await call('GET', `sightings?camera=${camera}`)).json()).sightings.map(({ id }: { id: string }) => id);
  await waitFor('the sighting to follow', async () => (await at('porch')).length === 1, { timeout: 20_000 });
  expect([await at('porch'), await at('door')]).toEqual([[trackOf('door', 1).sighting_id], []]);
  const { rules } = await (await call('GET', 'rules')).json();
  expect(rules[0].when.cameras).toEqual(['porch', 'yard']);
  for (const camera of ['door', 'porch'])
    await publishRecord(broker, recordOf(camera, 3, { tracks: [trackOf(camera, 2)] }));
  await waitFor('that of the new id', () => receiver.received.length === 2);
  expect(receiver.received[1]!.event.subject).toBe('porch');
});

it('takes findings from the stream and alerts from Alertmanager, tests a rule, and sends what is dead again', async () => {
  const hook = {
    type: 'webhook',
    id: 'hook',
    url: `${receiver.url}?key=s3cret-value`,
    authorization: 'Bearer t0ken-of-mine',
  };
  await putRule('finding', { event: 'finding' }, { targets: [hook] });
  await putRule('alert', { event: 'alert', names: ['FramesLate'] });
  const listed = await (await call('GET', 'rules')).text();
  expect(listed).not.toMatch(/s3cret|t0ken/);

  const finding = { id: 'f1', cause: 'cpu', severity: 'critical', message: 'Not enough CPU', advice: 'More', since: 1 };
  await publish(RECORD_TYPE.incident, { finding, node_id: 'results-ws-1', timestamp: Date.now() / 1000 });
  await waitFor('the finding', () => messages().includes('Not enough CPU'));
  expect(receiver.received[0]!.headers.authorization).toBe('Bearer t0ken-of-mine');

  const alert = (alertname: string) => ({
    status: 'firing',
    labels: { alertname, severity: 'critical' },
    annotations: { summary: `${alertname}: frames are late` },
    startsAt: '2026-11-30T17:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: alertname,
  });
  const notice = {
    version: '4',
    status: 'firing',
    alerts: [alert('FramesLate'), alert('BrokerDown')],
    receiver: 'framewire',
  };
  for (let i = 0; i < 2; i++) expect((await call('POST', 'alerts', notice)).status).toBe(204);
  await waitFor('the alert', () => messages().includes('FramesLate: frames are late'));
  expect(messages()).toHaveLength(2);

  receiver.answer = (response, { headers }) => response.writeHead(410).end(`no more of ${headers.authorization}`);
  const tested = await (await call('POST', 'rules/finding/test', {})).json();
  expect(tested.results).toMatchObject([
    { target_id: 'hook', kind: 'webhook', ok: false, message: 'the receiver answered 410 Gone: no more of ...' },
  ]);
  await publish(RECORD_TYPE.incident, {
    finding: { ...finding, id: 'f2' },
    node_id: 'n',
    timestamp: Date.now() / 1000,
  });
  const dead = await waitFor(
    'the end',
    async () => (await (await call('GET', 'deliveries?state=dead')).json()).deliveries[0],
  );
  expect(JSON.stringify(dead)).not.toMatch(/t0ken|s3cret/);
  receiver.answer = (response) => response.writeHead(204).end();
  expect((await call('POST', `deliveries/${dead.id}/retry`, {})).status).toBe(200);
  await waitFor('it again', () => receiver.received.filter(({ event }) => event.id === dead.event_id).length === 2);
  expect((await call('POST', `deliveries/${dead.id}/retry`, {})).status).toBe(409);

  expect((await call('DELETE', 'rules/alert')).status).toBe(204);
  for (const [method, path, status] of [
    ['DELETE', 'rules/alert', 404],
    ['POST', 'rules/none/test', 404],
    ['GET', 'deliveries?state=odd', 400],
    ['PUT', 'rules/a%20b', 400],
    ['POST', 'deliveries/9999/retry', 404],
  ] as const)
    expect([path, (await call(method, path, method === 'GET' ? undefined : {})).status]).toEqual([path, status]);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
    /notification_deliveries_total{kind="webhook",outcome="delivered"} [1-9]/,
  );
});
