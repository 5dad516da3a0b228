/** Messages as producers in other languages send them, each published to the broker and followed to its outcome. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { EXCHANGE, QUEUE, type ResultRecord } from '@framewire/contract';
import { type Broker, createBroker, type Publication, PublishError } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { openResultLog, type ResultLog } from '../../testkit/results/result-stream.ts';
import { aCase, type Seen } from './case.ts';

const system = inject('system');
let broker: Broker;
let ledger: ResultLog;
let scene: Uint8Array;
beforeAll(async () => {
  broker = createBroker({ url: system.amqp, name: 'cases', log: silentLog });
  ledger = openResultLog(system.amqp);
  scene = await createScene('cases').draw(0);
});
afterAll(async () => {
  await ledger.close();
  await broker.close();
});

type Properties = NonNullable<Publication['properties']>;
type Message = Pick<Publication, 'exchange' | 'key' | 'content' | 'properties'>;

/** Another body each time: without an id a frame is known by it. */
const jpeg = () => Buffer.concat([scene, Buffer.from(randomUUID())]);
const seconds = () => Date.now() / 1000;
const ms = () => Date.now();
const direct = (content: Uint8Array | string, properties: Properties = {}): Message => ({
  exchange: '',
  key: QUEUE.frames,
  content: Buffer.from(content),
  properties,
});
/** As legacy producers send it. */
const legacy = (fields: object = {}, properties?: Properties) =>
  direct(JSON.stringify({ frame: jpeg().toString('base64'), timestamp: seconds(), ...fields }), properties);
/** By the documented headers; `key` is its camera's unless given. */
function frame(headers: object = {}, properties: Properties = {}, key = 'faces.cases', content = jpeg()): Message {
  const given = { camera_id: 'cases', captured_at: ms(), ...headers };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    exchange: EXCHANGE.frames,
    key,
    content,
    properties: { contentType: 'image/jpeg', messageId: randomUUID(), ...properties, headers: known },
  };
}

async function outcomeOf(message: Message): Promise<Seen & { record?: ResultRecord }> {
  // nothing else is sent meanwhile: the next outcome is its own, whatever id it was given
  const from = ledger.records.length;
  try {
    await broker.publish({ ...message, timeoutMs: 10_000 });
  } catch (error) {
    if (error instanceof PublishError) return { ok: false, seen: `not taken by the broker: ${error.kind}` };
    throw error;
  }
  const record = await waitFor(
    'an outcome',
    () => ledger.records.slice(from).find(({ outcome }) => outcome !== 'shed'),
    { timeout: 30_000 },
  );
  const { camera_id, outcome, reason = '' } = record;
  return { ok: true, seen: `${camera_id}: ${outcome}${reason && `, ${reason}`}`, record };
}

/** A case that ends well by any of these: an outcome, or a refusal whose message fits. */
function message(
  name: string,
  right: string,
  make: () => Message,
  fits: { outcome?: string; camera?: string; rejected?: RegExp; unroutable?: boolean },
): void {
  aCase(name, right, async () => {
    const { record, seen } = await outcomeOf(make());
    if (!record) return { seen, ok: fits.unroutable === true && seen.endsWith('unroutable') };
    const { outcome, camera_id, reason = '' } = record;
    const ended = outcome === fits.outcome && (fits.camera ?? camera_id) === camera_id;
    return { seen, ok: ended || (outcome === 'rejected' && fits.rejected?.test(reason) === true) };
  });
}

const DETECTED = { outcome: 'detected' };
const LEGACY = { outcome: 'detected', camera: 'default' };
const b64 = () => jpeg().toString('base64');

describe('legacy messages, base64', () => {
  message('plain', 'detected as camera default', () => legacy(), LEGACY);
  message('lines of 76', 'detected', () => legacy({ frame: b64().replace(/.{76}/g, '$&\n') }), LEGACY);
  message('a data URL', 'detected, or named', () => legacy({ frame: `data:image/jpeg;base64,${b64()}` }), {
    ...LEGACY,
    rejected: /data URL/i,
  });
  message('URL-safe', 'detected, or named', () => legacy({ frame: jpeg().toString('base64url') }), {
    ...LEGACY,
    rejected: /url/i,
  });
  message('without padding', 'detected, or named', () => legacy({ frame: b64().replace(/=+$/, '') }), {
    ...LEGACY,
    rejected: /padding/i,
  });
  message("str(b'…') of Python", 'refused, names the field', () => legacy({ frame: `b'${b64()}'` }), {
    rejected: /frame.*base64/is,
  });
  message('a PNG', 'refused, says that it is one', () => legacy({ frame: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB' }), {
    rejected: /PNG/,
  });
  message('empty', 'refused, names the field', () => legacy({ frame: '' }), { rejected: /frame/ });
  message('no frame', 'refused, names the field', () => legacy({ frame: undefined, image: b64() }), {
    rejected: /frame\b/,
  });
  message('more fields', 'detected', () => legacy({ camera_id: 'porch', fps: 5 }), LEGACY);
});

describe('legacy messages, timestamps', () => {
  message('milliseconds', 'refused, names field and unit', () => legacy({ timestamp: ms() }), {
    rejected: /timestamp.*millisecond/is,
  });
  message('nanoseconds', 'refused, names field and unit', () => legacy({ timestamp: ms() * 1e6 }), {
    rejected: /timestamp.*nanosecond/is,
  });
  message('a number as text', 'refused, names the field', () => legacy({ timestamp: String(seconds()) }), {
    rejected: /timestamp/,
  });
  message('a date as text', 'refused, names the field', () => legacy({ timestamp: new Date().toISOString() }), {
    rejected: /timestamp/,
  });
  message('null', 'refused, names the field', () => legacy({ timestamp: null }), { rejected: /timestamp/ });
  message('absent', 'refused, names the field', () => legacy({ timestamp: undefined }), { rejected: /timestamp/ });
  message('an hour ahead', 'detected', () => legacy({ timestamp: seconds() + 3600 }), LEGACY);
  message('two days ago', 'refused, names the field', () => legacy({ timestamp: seconds() - 172_800 }), {
    rejected: /timestamp/,
  });
});

describe('what it is sent as', () => {
  message('a byte order mark', 'detected, or named', () => direct(`\uFEFF${legacy().content.toString()}`), {
    ...LEGACY,
    rejected: /byte order mark|JSON/i,
  });
  message(
    'gzip',
    'refused with a reason',
    () => direct(gzipSync(legacy().content), { contentType: 'application/json', contentEncoding: 'gzip' }),
    { ...LEGACY, rejected: /gzip|encoding|JSON/i },
  );
  message("Python's dict", 'refused with a reason', () => direct(`{'frame': '${b64()}', 'timestamp': ${seconds()}}`), {
    rejected: /JSON/,
  });
  message('a list', 'refused with a reason', () => direct(`[${legacy().content.toString()}]`), {
    rejected: /object|list|array/i,
  });
  message('text/plain', 'detected', () => legacy({}, { contentType: 'text/plain' }), LEGACY);
  message('JSON typed image/jpeg', 'detected, or named', () => legacy({}, { contentType: 'image/jpeg' }), {
    ...LEGACY,
    rejected: /JPEG|JSON|camera_id/,
  });
  message('a raw JPEG', 'detected as camera default', () => direct(jpeg()), LEGACY);
  message(
    'a raw JPEG, application/octet-stream',
    'detected as camera default',
    () => direct(jpeg(), { contentType: 'application/octet-stream' }),
    LEGACY,
  );
  message(
    'a raw JPEG, image/jpg',
    'detected as camera default',
    () => direct(jpeg(), { contentType: 'image/jpg', messageId: randomUUID() }),
    LEGACY,
  );
  message(
    'a raw JPEG, image/jpeg',
    'detected as camera default, or names camera_id',
    () => direct(jpeg(), { contentType: 'image/jpeg' }),
    {
      ...LEGACY,
      rejected: /camera_id/,
    },
  );
  message('base64 alone', 'refused with a reason', () => direct(b64(), { contentType: 'text/plain' }), {
    rejected: /base64|JSON/i,
  });
  message('nothing', 'refused with a reason', () => direct(''), { rejected: /empty/i });
  message('other JSON', 'refused, names the field', () => direct(`{"hello": "${randomUUID()}"}`), {
    rejected: /frame\b/,
  });
});

describe('frames by the documented headers', () => {
  message('good', 'detected', () => frame(), { ...DETECTED, camera: 'cases' });
  message(
    'captured_at in seconds',
    'refused, names field and unit',
    () => frame({ captured_at: Math.floor(seconds()) }),
    {
      rejected: /captured_at.*\bseconds/is,
    },
  );
  message('captured_at in nanoseconds', 'refused, names field and unit', () => frame({ captured_at: ms() * 1e6 }), {
    rejected: /captured_at.*nanosecond/is,
  });
  message('captured_at as text', 'detected, or named', () => frame({ captured_at: String(ms()) }), {
    ...DETECTED,
    rejected: /captured_at/,
  });
  message(
    'captured_at as a date of AMQP',
    'detected, or named',
    () => frame({ captured_at: { '!': 'timestamp', value: Math.floor(seconds()) } }),
    { ...DETECTED, rejected: /captured_at/ },
  );
  message('no captured_at', 'detected, or named', () => frame({ captured_at: undefined }), {
    ...DETECTED,
    rejected: /captured_at/,
  });
  message('camera_id as bytes', 'detected, or named', () => frame({ camera_id: Buffer.from('cases') }), {
    ...DETECTED,
    rejected: /camera_id/,
  });
  message(
    'camera_id with a space',
    'refused, names the field',
    () => frame({ camera_id: 'front door' }, {}, 'faces.front door'),
    {
      rejected: /camera_id/,
    },
  );
  message('camera_id with an umlaut', 'refused, names the field', () => frame({ camera_id: 'tür' }, {}, 'faces.tür'), {
    rejected: /camera_id/,
  });
  message('camera_id with dots', 'not taken', () => frame({ camera_id: 'floor.2.door' }, {}, 'faces.floor.2.door'), {
    unroutable: true,
    rejected: /camera_id/,
  });
  message('message_id is a number', 'refused, names the property', () => frame({}, { messageId: '12345' }), {
    rejected: /message_id/,
  });
  message('no message_id', 'detected, or named', () => frame({}, { messageId: undefined }), {
    ...DETECTED,
    rejected: /message_id/,
  });
  message('message_id in capitals', 'detected', () => frame({}, { messageId: randomUUID().toUpperCase() }), DETECTED);
  message(
    'message_id without dashes',
    'detected, or named',
    () => frame({}, { messageId: randomUUID().replaceAll('-', '') }),
    {
      ...DETECTED,
      rejected: /message_id/,
    },
  );
  message('content type in capitals', 'detected', () => frame({}, { contentType: 'IMAGE/JPEG' }), DETECTED);
  message(
    'content type with parameters',
    'detected',
    () => frame({}, { contentType: 'image/jpeg; charset=binary' }),
    DETECTED,
  );
  message('a priority', 'detected', () => frame({}, { priority: 9 }), DETECTED);
  message('not persistent', 'detected', () => frame({}, { persistent: false }), DETECTED);
  message('deadline passed', 'expired', () => frame({ deadline_ms: ms() - 5_000 }), { outcome: 'expired' });
  message('deadline as a length', 'refused, names the field', () => frame({ deadline_ms: 2_000 }), {
    rejected: /deadline_ms/,
  });
  message('deadline in seconds', 'refused, names the field', () => frame({ deadline_ms: Math.floor(seconds()) + 2 }), {
    rejected: /deadline_ms/,
  });
  message(
    'another queue in x-death',
    'detected',
    () => frame({ 'x-death': [{ reason: 'expired', queue: 'elsewhere', count: 3 }] }),
    DETECTED,
  );
  message('seq as text', 'detected, or named', () => frame({ source: randomUUID(), seq: '1' }), {
    ...DETECTED,
    rejected: /seq/,
  });
  message('seq 0', 'refused, names the field', () => frame({ source: randomUUID(), seq: 0 }), { rejected: /seq/ });
  message(
    '12 MB',
    'detected, or too large with a reason',
    () => frame({}, {}, 'faces.cases', Buffer.concat([jpeg(), Buffer.alloc(12_000_000)])),
    { ...DETECTED, rejected: /MB|bytes|large/i },
  );
  message('a topic that nobody takes', 'not taken', () => frame({}, {}, 'plates.cases'), { unroutable: true });
  message('a key of one word', 'not taken', () => frame({}, {}, 'faces'), { unroutable: true });
});
