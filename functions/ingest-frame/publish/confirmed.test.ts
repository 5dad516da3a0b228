import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAllAccounted, type Ingest, jpeg, startIngest, startQueue, type TestQueue } from '../testing/ingest.ts';

let queue: TestQueue;
let ingest: Ingest;
const CUTS = 2;
beforeAll(async () => {
  queue = await startQueue(20);
  ingest = await startIngest(queue.vhost.amqp);
  queue.take();
});
afterAll(() => queue.close());

it('what was answered 202 is in the queue, and every other sequence number is reported as shed, however often the connection is cut', async () => {
  const confirmed = new Map<string, string>();
  const statuses = new Set<number>();
  let cuts = 0;
  let sent = 0;

  async function caller(name: string): Promise<void> {
    while (cuts < CUTS) {
      const mark = `${name} ${sent++}`;
      const response = await fetch(ingest.url, { method: 'POST', body: jpeg(mark, 20_000) });
      const answer = (await response.json()) as { frame_id: string };
      statuses.add(response.status);
      if (response.status === 202) confirmed.set(answer.frame_id, mark);
    }
  }
  const callers = ['a', 'b', 'c', 'd', 'e', 'f'].map(caller);
  for (; cuts < CUTS; cuts++) {
    const wanted = confirmed.size + 50;
    await waitFor('frames to flow', () => confirmed.size >= wanted);
    await queue.vhost.cut('test ingest publishes');
  }
  await Promise.all(callers);
  await ingest.close(); // reports what is not reported yet

  const inQueue = () => new Map(queue.frames.map((frame) => [frame.frame_id, frame]));
  await waitFor('all that was confirmed', () => {
    const arrived = inQueue();
    return [...confirmed.keys()].every((id) => arrived.has(id));
  });
  const arrived = inQueue();
  for (const [id, mark] of confirmed) expect(Buffer.compare(arrived.get(id)!.jpeg, jpeg(mark, 20_000))).toBe(0);
  await waitFor('all sequence numbers', () => {
    expectAllAccounted(queue, sent);
    return true;
  });
  expect([...statuses].every((status) => [202, 429, 503].includes(status))).toBe(true);
}, 90_000); // the broker lists a connection only some seconds after it was made
