import { errorBody } from '@framewire/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ingest, KEY, startIngest, startQueue, type TestQueue } from './ingest.ts';

export const AUTHORIZED = { authorization: `Bearer ${KEY}` };

/** ingest-frame with a key, for all tests of a file. */
export function useIngest() {
  let queue: TestQueue;
  let ingest: Ingest;
  beforeAll(async () => {
    queue = await startQueue(100);
    ingest = await startIngest(queue.vhost.amqp, { key: KEY });
  });
  afterAll(async () => {
    await ingest.close();
    await queue.close();
  });
  return {
    url: () => ingest.url,
    queue: () => queue,
    post: (body: BodyInit | undefined, query = '', headers: Record<string, string> = {}) =>
      fetch(ingest.url + query, { method: 'POST', headers: { ...AUTHORIZED, ...headers }, body }),
  };
}

/** A request, and the answer to it: its status, its code and its message. */
export type Refusal = [what: string, send: () => Promise<Response>, status: number, code: string, message: RegExp];

export function itRefuses(refusals: Refusal[]): void {
  it.each(refusals)('says why: %s', async (what, send, status, code, message) => {
    const start = performance.now();
    const response = await send();
    const took = performance.now() - start;
    const body = errorBody.parse(await response.json());
    console.log(`${response.status} ${took.toFixed(0).padStart(5)} ms  ${what}: ${body.error}`);
    expect([response.status, body.code]).toEqual([status, code]);
    expect(body.error).toMatch(message);
    expect(response.headers.has('www-authenticate')).toBe(status === 401);
    expect(response.headers.has('retry-after')).toBe(status === 503);
  });
}
