import { QUEUE, topology } from '@framewire/contract';
import { applyTopology } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createProducer,
  type Producer,
  type Replica,
  startReplica,
  type TestViewer,
  view,
} from '../testing/replica.ts';
import { createStreamIdentity } from './stream-identity.ts';

describe('result_queue that is deleted and declared again', () => {
  let vhost: TestVhost;
  let producer: Producer;
  let replica: Replica;
  let viewer: TestViewer;
  beforeEach(async () => {
    vhost = await createTestVhost();
    producer = createProducer(vhost.amqp);
    replica = await startReplica(vhost.amqp);
    viewer = await view(replica.url);
    await publish(30);
  });
  afterEach(async () => {
    await viewer.close();
    await replica.close();
    await producer.close();
    await vhost.drop();
  });

  async function publish(count: number): Promise<string[]> {
    return (await Promise.all(Array.from({ length: count }, () => producer.result({})))).map(
      ({ frame_id }) => frame_id,
    );
  }
  const shown = (ids: string[]) => () => ids.every((id) => viewer.results.some(({ record }) => record.frame_id === id));
  const readyz = async () => {
    const answer = await fetch(`${replica.url}/readyz`);
    return [answer.status, await answer.text()] as const;
  };

  async function deleteQueue(): Promise<void> {
    await waitFor('the first to be shown', () => viewer.results.length === 30);
    const { admin } = vhost;
    await admin.call('DELETE', `queues/${admin.vhost}/${QUEUE.results}`);
  }
  const declareQueue = () => applyTopology(vhost.admin, topology());

  it('is read from its beginning, and viewers go on with it', async () => {
    await deleteQueue();
    await waitFor('it to say so', async () => {
      const [status, words] = await readyz();
      return status === 503 && words.includes("no queue 'result_queue'");
    });
    await declareQueue();
    const sent = await publish(3);
    await waitFor('what the new one holds', shown(sent));
    await waitFor('it to be ready', async () => (await readyz())[0] === 200);
    const more = await publish(3);
    await waitFor('what comes then', shown(more));
    expect(
      replica.results.history
        .newest(10)
        .map(({ frame_id }) => frame_id)
        .sort(),
    ).toEqual([...sent, ...more].sort());
  });

  it('is read from its beginning where it is longer than the old one was', async () => {
    await deleteQueue();
    await declareQueue();
    const sent = await publish(60);
    await waitFor('all of it', shown(sent));
    const more = await publish(1);
    await waitFor('what comes then', shown(more));
  });

  it('is ready while it is empty: there are no outcomes', async () => {
    await deleteQueue();
    await declareQueue();
    await waitFor('it to be ready', async () => (await readyz())[0] === 200);
    const sent = await publish(1);
    await waitFor('the first', shown(sent));
  });

  it('is read on from where it was where only the connection was lost', async () => {
    await waitFor('the first to be shown', () => viewer.results.length === 30);
    await vhost.cut('results-ws consumes');
    const sent = await publish(5);
    await waitFor('what came meanwhile', shown(sent));
    await waitFor('it to be ready', async () => (await readyz())[0] === 200);
    expect(viewer.results.length).toBe(35);
    expect(replica.results.history.newest(100).length).toBe(35);
  });
});

describe('a stream that is attached to again', () => {
  const bytes = (text: string) => Buffer.from(text);
  const readTo = (last: number) => {
    const identity = createStreamIdentity();
    identity.attach();
    for (let offset = 0; offset <= last; offset++) {
      expect(identity.check(offset, bytes(`record ${offset}`))).toBe('new');
      identity.read(offset, bytes(`record ${offset}`));
    }
    identity.attach();
    return identity;
  };

  it('is the same where the last record is', () => {
    const identity = readTo(5);
    expect(identity.isKnown).toBe(false);
    expect(identity.check(4, bytes('record 4'))).toBe('old');
    expect(identity.isKnown).toBe(false);
    expect(identity.check(5, bytes('record 5'))).toBe('old');
    expect(identity.isKnown).toBe(true);
    expect(identity.check(6, bytes('record 6'))).toBe('new');
  });

  it('is another where that record is another, or is not held', () => {
    expect(readTo(5).check(5, bytes('of another stream'))).toBe('another');
    expect(readTo(5).check(6, bytes('record 6'))).toBe('another');
  });
});
