import type { Socket } from 'node:net';
import { diagnosisAnswer, type Finding, QUEUE } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProducer, type Producer, type Replica, startReplica, view } from '../testing/replica.ts';

/** A cause is named within 15 s of its beginning and cleared within 30 s of its end. */
const NAMED = { timeout: 15_000, every: 200 };
const CLEARED = { timeout: 30_000, every: 200 };

let vhost: TestVhost;
let producer: Producer;
let replica: Replica;
beforeEach(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
  replica = await startReplica(vhost.amqp);
});
afterEach(async () => {
  await replica.close();
  await producer.close();
  await vhost.drop();
});

const findings = async (): Promise<Finding[]> =>
  diagnosisAnswer.parse(await (await fetch(`${replica.url}/api/diagnosis`)).json()).findings;
const named = (cause: Finding['cause'], options = NAMED) =>
  waitFor(cause, async () => (await findings()).find((finding) => finding.cause === cause), options);
const cleared = (cause: Finding['cause']) =>
  waitFor(`no ${cause}`, async () => !(await findings()).some((finding) => finding.cause === cause), CLEARED);
const event = (cause: Finding['cause']) =>
  replica.results.incidents.newest(50).find((event) => event.type === 'finding' && event.finding.cause === cause);

/** Outcomes as they come, ten a second, and signs of life of these cameras, until it is ended. */
function sendAll(more: (n: number) => Parameters<Producer['result']>[0], cameras: string[] = []) {
  let n = 0;
  const quietly = (sent: Promise<unknown>) => void sent.catch(() => {});
  const timer = setInterval(() => {
    if (n % 50 === 0) for (const camera_id of cameras) quietly(producer.camera({ camera_id, fps: 10 }));
    quietly(producer.result(more(n++)));
  }, 100);
  return () => clearInterval(timer);
}

describe('a cause, from the broker to the answer', () => {
  it('a connector that is away is named, published to the stream, and cleared once somebody takes frames', async () => {
    await producer.camera({ camera_id: 'door' });
    const found = await named('connector');
    expect(found).toMatchObject({ severity: 'critical', message: 'Nobody takes frames from frame_queue.' });
    await waitFor('the event', () => event('connector'));
    expect(event('connector')).toMatchObject({ at: found.since });

    const broker = createBroker({ url: vhost.amqp, name: 'connector', log: silentLog });
    broker.consume({ queue: QUEUE.frames, prefetch: 1, onDelivery: () => 'ack' });
    await cleared('connector');
    await waitFor('its end', () => (event('connector') as { until?: number }).until);
    await broker.close();
  }, 60_000);

  it('a queue of frames that is deleted is named, and cleared once it is declared again', async () => {
    const { admin } = vhost;
    const queue = `queues/${admin.vhost}/${QUEUE.frames}`;
    await waitFor('the queue to be seen', () => replica.snapshot().broker.waiting === 0);
    await admin.call('DELETE', queue);
    expect(await named('topology')).toMatchObject({
      severity: 'critical',
      message: expect.stringContaining(QUEUE.frames),
    });
    await admin.call('PUT', queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await cleared('topology');
  }, 60_000);

  it('a binding that is missing is named by what sources say of their frames', async () => {
    const lost = { outcome: 'shed', reason_code: 'unroutable', reason: 'no queue is bound' } as const;
    const end = sendAll(() => ({ camera_id: 'door', ...lost }));
    expect(await named('topology')).toMatchObject({ message: expect.stringContaining('binding') });
    end();
    await cleared('topology');
  }, 60_000);

  it('bad pictures of one camera are named for as long as they come', async () => {
    const end = sendAll((n) =>
      n % 2 ? { camera_id: 'yard' } : { camera_id: 'door', outcome: 'rejected', reason: 'not a JPEG', detections: [] },
    );
    expect(await named('bad-frames')).toMatchObject({
      camera_id: 'door',
      message: expect.stringMatching(/^100 % .* door/),
    });
    end();
    await cleared('bad-frames');
  }, 60_000);

  it('a viewer that reads nothing is named before its buffers are full, and cleared with it', async () => {
    const viewer = await view(replica.url);
    const end = sendAll(() => ({ camera_id: 'yard' }));
    const { _socket: socket } = viewer.socket as unknown as { _socket: Socket };
    socket.pause();
    expect(await named('viewer')).toMatchObject({ message: expect.stringMatching(/^1 of 1 viewer is too slow/) });
    viewer.socket.terminate();
    await cleared('viewer');
    end();
  }, 60_000);

  it('a camera that goes silent is named, and not for what it is: the others send', async () => {
    const broker = createBroker({ url: vhost.amqp, name: 'connector', log: silentLog });
    broker.consume({ queue: QUEUE.frames, prefetch: 1, onDelivery: () => 'ack' });
    let silent = false;
    const end = sendAll((n) => ({ camera_id: n % 2 || silent ? 'yard' : 'door' }), ['door', 'yard']);
    // it takes so long until it is heard out
    await waitFor('its listening', () => replica.snapshot().broker.listening > 12, { timeout: 30_000 });
    expect(await findings()).toEqual([]);
    silent = true;
    expect(await named('camera-silent')).toMatchObject({ camera_id: 'door' });
    silent = false;
    await cleared('camera-silent');
    end();
    await broker.close();
  }, 90_000);
});
