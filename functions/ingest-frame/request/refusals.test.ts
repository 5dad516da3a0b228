import { setMaxListeners } from 'node:events';
import { request } from 'node:http';
import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import { jpeg, KEY, MAX_BYTES, MAX_INFLIGHT_BYTES, startIngest } from '../testing/ingest.ts';
import { AUTHORIZED, itRefuses, useIngest } from '../testing/refusals.ts';

const { post, queue, url } = useIngest();
const authorized = (authorization: string) => post(jpeg(), '', { authorization });

describe('a request that is refused', () => {
  itRefuses([
    ['no key', () => authorized(''), 401, 'unauthorized', /Authorization: Bearer/],
    ['a wrong key', () => authorized(`Bearer ${KEY}?`), 401, 'unauthorized', /Authorization: Bearer/],
    ['another method', () => fetch(url(), { headers: AUTHORIZED }), 405, 'method', /POST a JPEG/],
    ['a path that is not there', () => post(jpeg(), 'elsewhere'), 404, 'not_found', /nothing at \/elsewhere/],
    [
      'a topic without a queue',
      () => post(jpeg(), '?topic=unbound'),
      503,
      'unroutable',
      /no queue is bound to frames for unbound/,
    ],
    ['an upload that stalls', () => stalledUpload(), 408, 'upload_timeout', /the upload took longer than 700 ms/],
  ]);
});

describe('60 slow posts', () => {
  it('are read as far as they may be held together; the others are refused at their heads, and nothing stays', async () => {
    const slow = await startIngest(queue().vhost.amqp, { uploadTimeoutMs: 60_000 });
    const held = async () =>
      Number(/^ingest_in_flight_bytes (\d+)$/m.exec(await (await fetch(`${slow.url}metrics`)).text())![1]);
    const leaving = new AbortController();
    setMaxListeners(60, leaving.signal);
    const refused: Response[] = [];
    for (let n = 0; n < 60; n++) {
      stalledUpload({ url: slow.url, length: MAX_BYTES, signal: leaving.signal }).then(
        (answer) => refused.push(answer),
        () => {}, // it left
      );
    }
    const read = MAX_INFLIGHT_BYTES / MAX_BYTES;
    await waitFor('all that are too many to be answered', () => refused.length === 60 - read);
    expect(await held()).toBe(MAX_INFLIGHT_BYTES);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(await refused[0]!.json()).toMatchObject({ code: 'busy' });
    leaving.abort();
    await waitFor('all to be released', async () => (await held()) === 0);
    expect((await fetch(`${slow.url}?topic=unbound`, { method: 'POST', body: jpeg() })).status).toBe(503);
    await slow.close();
  });
});

/** Says a length, sends a part of it and then nothing. */
function stalledUpload({
  url: to = url(),
  length = 5_000,
  signal,
}: {
  url?: string;
  length?: number;
  signal?: AbortSignal;
} = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(to, {
      method: 'POST',
      headers: { ...AUTHORIZED, 'content-length': length },
      signal,
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', async (incoming) => {
      let text = '';
      for await (const chunk of incoming) text += chunk;
      const headers = new Headers(incoming.headers as Record<string, string>);
      resolve(new Response(text, { status: incoming.statusCode, headers }));
      sent.destroy();
    });
    sent.write(jpeg());
  });
}
