import { setMaxListeners } from 'node:events';
import { request } from 'node:http';
import { errorBody } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Ingest,
  jpeg,
  KEY,
  MAX_BYTES,
  MAX_INFLIGHT_BYTES,
  startIngest,
  startQueue,
  type TestQueue,
} from '../testing/ingest.ts';

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

const AUTHORIZED = { authorization: `Bearer ${KEY}` };
const post = (body: BodyInit | undefined, query = '', headers: Record<string, string> = {}) =>
  fetch(ingest.url + query, { method: 'POST', headers: { ...AUTHORIZED, ...headers }, body });

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
const big = () => jpeg('big', MAX_BYTES);
const form = (name: string, value: Blob | string) => {
  const data = new FormData();
  if (typeof value === 'string') data.set(name, value);
  else data.set(name, value, 'photo.jpg');
  return data;
};
const chunked = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();

interface Bad {
  what: string;
  send: () => Promise<Response>;
  status: number;
  code: string;
  words: RegExp;
}
const BAD: Bad[] = [
  { what: 'an empty body', send: () => post(new Uint8Array()), status: 400, code: 'empty', words: /empty/ },
  {
    what: 'text',
    send: () => post(new TextEncoder().encode('hello')),
    status: 400,
    code: 'bad_jpeg',
    words: /not a JPEG/,
  },
  {
    what: 'a PNG called image/jpeg',
    send: () => post(PNG, '', { 'content-type': 'image/jpeg' }),
    status: 400,
    code: 'bad_jpeg',
    words: /it is a PNG/,
  },
  {
    what: 'a JPEG cut off in its picture data',
    send: () => post(jpeg('cut', 9_000).slice(0, -500)),
    status: 400,
    code: 'bad_jpeg',
    words: /truncated/,
  },
  {
    what: 'a JPEG cut off in its header',
    send: () => post(jpeg().slice(0, 12)),
    status: 400,
    code: 'bad_jpeg',
    words: /truncated/,
  },
  {
    what: 'a declared PNG',
    send: () => post(PNG, '', { 'content-type': 'image/png' }),
    status: 415,
    code: 'media_type',
    words: /image\/png is not taken: send a JPEG/,
  },
  {
    what: 'what curl calls a form unasked',
    send: () => post(jpeg(), '', { 'content-type': 'application/x-www-form-urlencoded' }),
    status: 415,
    code: 'media_type',
    words: /image\/jpeg/,
  },
  {
    what: 'too many bytes',
    send: () => post(big()),
    status: 413,
    code: 'too_large',
    words: /larger than 200000 bytes/,
  },
  {
    what: 'too many bytes of no said length',
    send: () =>
      fetch(ingest.url, { method: 'POST', headers: AUTHORIZED, body: chunked(big()), duplex: 'half' } as RequestInit),
    status: 413,
    code: 'too_large',
    words: /larger than 200000 bytes/,
  },
  {
    what: 'a form with too large a file',
    send: () => post(form('picture', new Blob([big()]))),
    status: 413,
    code: 'too_large',
    words: /larger than 200000 bytes/,
  },
  {
    what: 'a form without a file',
    send: () => post(new FormData()),
    status: 400,
    code: 'no_file',
    words: /no file/,
  },
  {
    what: 'a form with a PNG',
    send: () => post(form('picture', new Blob([PNG]))),
    status: 400,
    code: 'bad_jpeg',
    words: /it is a PNG/,
  },
  {
    what: 'what is called a form and is none',
    send: () => post(jpeg(), '', { 'content-type': 'multipart/form-data; boundary=x' }),
    status: 400,
    code: 'bad_form',
    words: /no multipart/,
  },
  {
    what: 'a bad camera id',
    send: () => post(jpeg(), '?camera=front%20door'),
    status: 400,
    code: 'bad_camera',
    words: /camera: "front door"; a camera id is 1 to 64 letters/,
  },
  {
    what: 'an empty camera id',
    send: () => post(jpeg(), '?camera='),
    status: 400,
    code: 'bad_camera',
    words: /camera: ""; a camera id is/,
  },
  {
    what: 'a capture time in seconds',
    send: () => post(jpeg(), '?captured_at=1700000000'),
    status: 400,
    code: 'bad_captured_at',
    words: /captured_at: 1700000000 .*, looks like seconds; milliseconds since the epoch are wanted/,
  },
  {
    what: 'a capture time in nanoseconds',
    send: () => post(jpeg(), `?captured_at=${Date.now()}000000`),
    status: 400,
    code: 'bad_captured_at',
    words: /captured_at: .*looks like nanoseconds; milliseconds/,
  },
  {
    what: 'a capture of last week',
    send: () => post(jpeg(), `?captured_at=${new Date(Date.now() - 7 * 86_400_000).toISOString()}`),
    status: 400,
    code: 'bad_captured_at',
    words: /captured_at: .*is 168 h before .*at most 24 h/,
  },
  {
    what: 'a parameter that is called otherwise',
    send: () => post(jpeg(), '?camera_id=door'),
    status: 400,
    code: 'unknown_parameter',
    words: /unknown parameter "camera_id": use camera; there are camera, topic, captured_at, deadline_ms/,
  },
  {
    what: 'a parameter that lacks a letter',
    send: () => post(jpeg(), '?deadlin_ms=2000'),
    status: 400,
    code: 'unknown_parameter',
    words: /"deadlin_ms": use deadline_ms/,
  },
  {
    what: 'a parameter twice',
    send: () => post(jpeg(), '?camera=door&camera=yard'),
    status: 400,
    code: 'repeated_parameter',
    words: /"camera" is given 2 times/,
  },
  {
    what: 'a field of a form that belongs into the address',
    send: () => post(form('camera', 'hall')),
    status: 400,
    code: 'unknown_field',
    words: /form field "camera": .*put it into the address: \?camera=/,
  },
  {
    what: 'a field of a form that nobody reads',
    send: () => post(form('note', 'hello')),
    status: 400,
    code: 'unknown_field',
    words: /form field "note": a form holds the picture alone/,
  },
  {
    what: 'a form with two files',
    send: () => {
      const data = form('a', new Blob([jpeg()]));
      data.set('b', new Blob([jpeg()]), 'b.jpg');
      return post(data);
    },
    status: 400,
    code: 'several_files',
    words: /2 files/,
  },
  {
    what: 'a data URL',
    send: () => post('data:image/jpeg;base64,/9j/4AAQ', '', { 'content-type': 'image/jpeg' }),
    status: 400,
    code: 'bad_jpeg',
    words: /it is a data URL: send the bytes/,
  },
  {
    what: 'base64',
    send: () => post('/9j/4AAQSkZJRgABAQ', '', { 'content-type': 'image/jpeg' }),
    status: 400,
    code: 'bad_jpeg',
    words: /it is base64 of a JPEG: send its bytes/,
  },
  {
    what: 'a path instead of a file',
    send: () => post('/tmp/photo.jpg', '', { 'content-type': 'image/jpeg' }),
    status: 400,
    code: 'bad_jpeg',
    words: /starts with 2f 74 6d 70 \("\/tmp\/photo.jpg"\)/,
  },
  {
    what: 'a compressed body',
    send: () => post(jpeg(), '', { 'content-encoding': 'gzip' }),
    status: 415,
    code: 'content_encoding',
    words: /content-encoding "gzip" is not taken/,
  },
  {
    what: 'a capture time in words',
    send: () => post(jpeg(), '?captured_at=now'),
    status: 400,
    code: 'bad_captured_at',
    words: /"now" is not taken/,
  },
  {
    what: 'a deadline in words',
    send: () => post(jpeg(), '?deadline_ms=soon'),
    status: 400,
    code: 'bad_deadline_ms',
    words: /deadline_ms: "soon"; a whole number/,
  },
  {
    what: 'a deadline of a week',
    send: () => post(jpeg(), '?deadline_ms=604800000'),
    status: 400,
    code: 'bad_deadline_ms',
    words: /deadline_ms: "604800000"; at most 86400000/,
  },
  {
    what: 'a deadline that has passed',
    send: () => post(jpeg(), `?captured_at=${Date.now() - 9_000}&deadline_ms=2000`),
    status: 400,
    code: 'deadline_passed',
    words: /passed \d+ ms ago/,
  },
  {
    what: 'a topic that is not served',
    send: () => post(jpeg(), '?topic=cats'),
    status: 404,
    code: 'no_such_topic',
    words: /"cats"; there is: faces/,
  },
  {
    what: 'an address that is not there',
    send: () => post(jpeg(), 'elsewhere'),
    status: 404,
    code: 'not_found',
    words: /nothing at \/elsewhere/,
  },
  {
    what: 'a topic without a queue',
    send: () => post(jpeg(), '?topic=unbound'),
    status: 503,
    code: 'unroutable',
    words: /no queue is bound to frames for unbound/,
  },
  {
    what: 'an empty idempotency key',
    send: () => post(jpeg(), '', { 'idempotency-key': '' }),
    status: 400,
    code: 'bad_idempotency_key',
    words: /1 to 255/,
  },
  {
    what: 'no key',
    send: () => post(jpeg(), '', { authorization: '' }),
    status: 401,
    code: 'unauthorized',
    words: /Authorization: Bearer/,
  },
  {
    what: 'a wrong key',
    send: () => post(jpeg(), '', { authorization: `Bearer ${KEY}?` }),
    status: 401,
    code: 'unauthorized',
    words: /Authorization: Bearer/,
  },
  {
    what: 'another method',
    send: () => fetch(ingest.url, { headers: AUTHORIZED }),
    status: 405,
    code: 'method',
    words: /POST a JPEG/,
  },
  {
    what: 'an upload that stalls',
    send: () => stalledUpload(),
    status: 408,
    code: 'upload_timeout',
    words: /the upload took longer than 700 ms/,
  },
];

describe('a request that is refused', () => {
  it.each(BAD)('says why: $what', async ({ what, send, status, code, words }) => {
    const start = performance.now();
    const response = await send();
    const took = performance.now() - start;
    const body = errorBody.parse(await response.json());
    console.log(`${response.status} ${took.toFixed(0).padStart(5)} ms  ${what}: ${body.error}`);
    expect([response.status, body.code]).toEqual([status, code]);
    expect(body.error).toMatch(words);
    expect(response.headers.has('www-authenticate')).toBe(status === 401);
    expect(response.headers.has('retry-after')).toBe(status === 503);
  });

  it('counts by the same words', async () => {
    const text = await (await fetch(`${ingest.url}metrics`)).text();
    expect(text).toMatch(/ingest_frames_total\{outcome="too_large"\} 3/);
  });
});

describe('60 slow posts', () => {
  it('are read as far as they may be held together; the others are refused at their heads, and nothing stays', async () => {
    const slow = await startIngest(queue.vhost.amqp, { uploadTimeoutMs: 60_000 });
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
    await waitFor('all to be let go', async () => (await held()) === 0);
    expect((await fetch(`${slow.url}?topic=unbound`, { method: 'POST', body: jpeg() })).status).toBe(503);
    await slow.close();
  });
});

/** Says a length, sends a part of it and then nothing. */
function stalledUpload({
  url = ingest.url,
  length = 5_000,
  signal,
}: {
  url?: string;
  length?: number;
  signal?: AbortSignal;
} = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
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
