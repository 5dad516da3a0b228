import { DAY_MS, uuidv7 } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { type Arrival, readDelivery, readKey } from './delivery.ts';

const NOW = 1_795_638_442_869;
const S = NOW / 1_000;
const JPEG = Buffer.from('ffd8ffe000104a46494600', 'hex');
const B64 = JPEG.toString('base64');
const ID = uuidv7();

interface Properties {
  contentType?: string;
  contentEncoding?: string;
  messageId?: string;
  timestamp?: number;
  headers?: Record<string, unknown>;
}

/** A message as amqplib hands it on. */
function read(content: Buffer | string, properties: Properties = {}, routingKey = 'frame_queue'): Arrival {
  const message = { content: Buffer.from(content as string), fields: { routingKey }, properties };
  return readDelivery(message as never, NOW);
}
const legacy = (fields: object) => read(JSON.stringify({ frame: B64, timestamp: S, ...fields }));
const frame = (headers: object, more: Properties = {}) =>
  read(
    JPEG,
    { contentType: 'image/jpeg', messageId: ID, headers: { camera_id: 'door', captured_at: NOW, ...headers }, ...more },
    'faces.door',
  );

describe('a message that is a frame', () => {
  const lines = B64.replace(/.{4}/g, '$&\n');
  it.each<[string, () => Arrival, object?]>([
    ['of a legacy producer', () => legacy({})],
    ['base64 with line breaks', () => legacy({ frame: lines })],
    ['base64 of the URL-safe alphabet', () => legacy({ frame: JPEG.toString('base64url') })],
    ['base64 without padding', () => legacy({ frame: B64.replace(/=+$/, '') })],
    ['a data URL', () => legacy({ frame: `data:image/jpeg;base64,${B64}` })],
    ['further fields', () => legacy({ fps: 5, camera_id: 'porch' })],
    ['behind a byte order mark', () => read(`\ufeff${JSON.stringify({ frame: B64, timestamp: S })}`)],
    ['called text/plain', () => read(JSON.stringify({ frame: B64, timestamp: S }), { contentType: 'text/plain' })],
    ['JSON called image/jpeg', () => read(JSON.stringify({ frame: B64, timestamp: S }), { contentType: 'image/jpeg' })],
    ['an hour ahead', () => legacy({ timestamp: S + 3_600 }), { captured_at: NOW + 3_600_000 }],
    ['a JPEG without properties', () => read(JPEG)],
    ['a JPEG called application/octet-stream', () => read(JPEG, { contentType: 'application/octet-stream' })],
    [
      'a JPEG called image/jpg, with an id',
      () => read(JPEG, { contentType: 'image/jpg', messageId: ID }),
      { frame_id: ID },
    ],
    ['a JPEG that says when it was sent', () => read(JPEG, { timestamp: S - 7 }), { captured_at: NOW - 7_000 }],
    ['all headers', () => frame({}), { camera_id: 'door', frame_id: ID }],
    ['an id in capitals', () => frame({}, { messageId: ID.toUpperCase() }), { camera_id: 'door', frame_id: ID }],
    ['another content type', () => frame({}, { contentType: 'IMAGE/JPEG; charset=binary' }), { camera_id: 'door' }],
    ['no id', () => frame({}, { messageId: undefined }), { camera_id: 'door' }],
    [
      'one that waited for a week',
      () => frame({ captured_at: NOW - 7 * DAY_MS, published_at: NOW - 7 * DAY_MS }),
      { camera_id: 'door', captured_at: NOW - 7 * DAY_MS },
    ],
  ])('is one: %s', (_, arrive, facts = {}) => {
    const arrival = arrive();
    expect(arrival).not.toHaveProperty('reason');
    expect(arrival.frame).toMatchObject({ camera_id: 'default', captured_at: NOW, ...facts });
    expect(arrival.kind !== 'unreadable' && JPEG.equals(arrival.frame.jpeg)).toBe(true);
    expect(arrive().frame.frame_id).toBe(arrival.frame.frame_id); // however often it is delivered
  });
});

describe('a message that is none', () => {
  it.each<[string, () => Arrival, string | RegExp]>([
    [
      'seconds for milliseconds',
      () => frame({ captured_at: Math.floor(S) }),
      `captured_at: ${Math.floor(S)} (1970-01-21T18:47:18.442Z), looks like seconds; milliseconds since the epoch are wanted`,
    ],
    [
      'microseconds',
      () => frame({ captured_at: NOW * 1_000 }),
      /^captured_at: \d+ \(\+058871-.*, looks like microseconds; milliseconds/,
    ],
    ['nanoseconds', () => frame({ captured_at: NOW * 1e6 }), /^captured_at: \d+, looks like nanoseconds; milliseconds/],
    [
      'a number in text',
      () => frame({ captured_at: `${NOW}` }),
      `captured_at: "${NOW}"; milliseconds since the epoch are wanted, as a number`,
    ],
    [
      'a date of AMQP',
      () => frame({ captured_at: { '!': 'timestamp', value: S } }),
      /^captured_at: an AMQP timestamp; milliseconds/,
    ],
    [
      'no moment',
      () => frame({ captured_at: undefined }),
      'captured_at: missing; milliseconds since the epoch are wanted',
    ],
    [
      'two days ago',
      () => frame({ captured_at: NOW - 2 * DAY_MS }),
      /^captured_at: .*, is 48 h before 2026-11-25T.*; at most 24 h are plausible$/,
    ],
    [
      'a deadline as a length of time',
      () => frame({ deadline_ms: 2_000 }),
      /^deadline_ms: 2000 .*looks like a length of time; the moment is wanted, in milliseconds/,
    ],
    ['a deadline in seconds', () => frame({ deadline_ms: Math.floor(S) + 2 }), /^deadline_ms: .*looks like seconds/],
    ['a publish in seconds', () => frame({ published_at: S }), /^published_at: .*looks like seconds/],
    [
      'milliseconds for seconds',
      () => legacy({ timestamp: NOW }),
      /^timestamp: \d+ .*looks like milliseconds; seconds since/,
    ],
    [
      'nanoseconds for seconds',
      () => legacy({ timestamp: NOW * 1e6 }),
      /^timestamp: .*looks like nanoseconds; seconds since/,
    ],
    [
      'seconds in text',
      () => legacy({ timestamp: `${S}` }),
      /^timestamp: "1795638442.869"; seconds since the epoch are wanted, as a number/,
    ],
    [
      'a date in text',
      () => legacy({ timestamp: '2026-11-25T20:27:22' }),
      /^timestamp: "2026-11-25T20:27:22"; seconds/,
    ],
    ['no timestamp', () => legacy({ timestamp: undefined }), 'timestamp: missing; seconds since the epoch are wanted'],
    ['a day and more ago', () => legacy({ timestamp: S - 86_401 }), /^timestamp: .*is 24 h before/],
    ['an id that is none', () => frame({}, { messageId: '12345' }), 'message_id: "12345"; a UUID is wanted'],
    [
      'a camera with a space',
      () => frame({ camera_id: 'front door' }),
      /^camera_id: "front door"; a camera id is 1 to 64/,
    ],
    ['a camera in bytes', () => frame({ camera_id: Buffer.from('door') }), /^camera_id: bytes; a camera id is/],
    [
      'a number in text for seq',
      () => frame({ source: 'a', seq: '1' }),
      'seq: "1"; a whole number from 1 on is wanted',
    ],
    ['seq 0', () => frame({ source: 'a', seq: 0 }), 'seq: 0; a whole number from 1 on is wanted'],
    ['ranges that are no JSON', () => frame({ shed: '5-6' }), /^shed: "5-6"; JSON text with ranges/],
    [
      'no frame',
      () => legacy({ frame: undefined, image: B64 }),
      'frame: missing; base64 of a JPEG is wanted, and there is: timestamp, image',
    ],
    ['an empty frame', () => legacy({ frame: '' }), 'frame: empty; base64 of a JPEG is wanted'],
    [
      'a data URL of a PNG',
      () => legacy({ frame: 'data:image/png;base64,iVBORw0=' }),
      /^frame: a data URL of image\/png; base64 of a JPEG/,
    ],
    [
      'bytes as Python shows them',
      () => legacy({ frame: `b'${B64}'` }),
      /^frame: .*is how Python shows bytes; .*\.decode\(\)/,
    ],
    [
      'what is no base64',
      () => legacy({ frame: 'AB?D' }),
      'frame: "?" at character 3 is no base64; base64 of a JPEG is wanted',
    ],
    [
      'a Python dict',
      () => read("{'frame': '/9j/'}"),
      /^the body is neither: it starts with "\{'frame': '\/9j\/'\}"; a JPEG is wanted/,
    ],
    ['a list', () => read('[{}]'), /^the body is JSON, but a list; a JPEG is wanted/],
    ['base64 alone', () => read(B64), /^the body is base64 of a JPEG; a JPEG is wanted/],
    [
      'gzip that says so',
      () => read(Buffer.from('1f8b0800', 'hex'), { contentEncoding: 'gzip' }),
      /^content_encoding: "gzip"; the body is wanted as it is/,
    ],
    ['gzip that does not', () => read(Buffer.from('1f8b0800', 'hex')), /^the body is gzip/],
    ['nothing', () => read(''), 'the body is empty'],
    [
      'a PNG called image/jpeg',
      () => read(Buffer.from('89504e470d0a1a0a', 'hex'), { contentType: 'image/jpeg' }),
      /called image\/jpeg and is none: it starts with 89 50 4e 47/,
    ],
  ])('names the field and what was seen: %s', (_, arrive, expected) => {
    const arrival = arrive();
    expect(arrival.kind).toBe('unreadable');
    const reason = (arrival as { reason: string }).reason.replace(/^not a frame: /, '');
    if (typeof expected === 'string') expect(reason).toBe(expected);
    else expect(reason).toMatch(expected);
    expect(Math.abs(arrival.frame.captured_at - NOW)).toBeLessThan(DAY_MS);
  });
});

it("a queue's name with dots is neither a topic nor a camera", () => {
  const fields = (exchange: string, routingKey: string) => ({ exchange, routingKey }) as never;
  const key = (exchange: string, routingKey: string, headers = {}) =>
    readKey({ fields: fields(exchange, routingKey), properties: { headers } as never });
  const died = (exchange: string) => ({ 'x-death': [{ exchange, reason: 'expired' }] });
  expect(key('', 'frames.of.the.hall')).toBeUndefined();
  expect(key('frames.dead', 'frames.of.the.hall', died(''))).toBeUndefined();
  expect(key('frames', 'faces.door')).toEqual({ topic: 'faces', camera: 'door' });
  expect(key('frames.dead', 'faces.door', died('frames'))).toEqual({ topic: 'faces', camera: 'door' });
  const unreadable = (exchange: string, key: string) =>
    readDelivery({ content: Buffer.from('rubbish'), fields: fields(exchange, key), properties: {} as never }).frame;
  expect(unreadable('frames', 'faces.door').camera_id).toBe('door');
  expect(unreadable('frames', 'objects.door').topic).toBe('objects');
  expect(unreadable('', 'my.queue').topic).toBe('faces');
  expect(unreadable('', 'my.queue').camera_id).toBe(unreadable('', 'queue').camera_id);
});
