/** For tests alone: replicas on one broker that end with each test, and what they answer. */
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { createProducer, type Producer, type Replica, type ReplicaOptions, startReplica } from './replica.ts';

/** To be called once at the top of a test file. */
export function useReplicas() {
  let vhost: TestVhost;
  let producer: Producer;
  const replicas: Replica[] = [];
  beforeAll(async () => {
    vhost = await createTestVhost();
    producer = createProducer(vhost.amqp);
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica.close();
  });
  afterAll(async () => {
    await producer.close();
    await vhost.drop();
  });
  return {
    replicas,
    get producer() {
      return producer;
    },
    /** @returns its address. */
    async start(options: ReplicaOptions = {}): Promise<string> {
      const replica = await startReplica(vhost.amqp, options);
      replicas.push(replica);
      return replica.url;
    },
  };
}

export const json = async (response: Response) => [response.status, await response.json()];

/** Events as they come, each with its id. */
export async function openEvents(url: string, headers: Record<string, string> = {}) {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: { id?: string; data: { type: string; [key: string]: unknown } }[] = [];
  const read = (async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data) events.push({ id: /^id: (.*)$/m.exec(part)?.[1], data: JSON.parse(data) });
      }
    }
  })().catch(() => {});
  return {
    events,
    ended: read,
    async close() {
      ending.abort();
      await read;
    },
  };
}
