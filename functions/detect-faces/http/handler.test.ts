import { pathToFileURL } from 'node:url';
import { detectAnswer, errorBody, INVOCATION_HEADER } from '@framewire/contract';
import { createUploads, type Listening, listen } from '@framewire/runtime/http';
import { Registry } from '@framewire/runtime/telemetry';
import { buildProgram, readMetric } from '@framewire/testkit';

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claiming } from '../testing/hostile.ts';
import { drawScene, FACES } from '../testing/scene.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import { createApp } from './handler.ts';

const MAX_BYTES = 1_000_000;
const MAX_PIXELS = 2_000_000;

let pool: Pool;
let listening: Listening;
let scene: Buffer;
const registry = new Registry();

beforeAll(async () => {
  const build = await buildProgram({ part: 'functions/detect-faces', programs: ['worker.ts'] });
  const log = pino({ level: 'silent' });
  pool = await createPool({
    worker: pathToFileURL(build.file),
    workerData: { spec: { kind: 'haar' } },
    size: 1,
    maxInFlight: 2,
    timeLimit: 10_000,
    log,
  });
  const uploads = createUploads({ maxBytes: 10 * MAX_BYTES, timeoutMs: 5_000 });
  const app = createApp({ pool, uploads, nodeId: 'node-a', maxBytes: MAX_BYTES, maxPixels: MAX_PIXELS, registry, log });
  listening = await listen(app, { host: '127.0.0.1', port: 0, direct: app.direct });
  scene = await drawScene().jpeg({ quality: 90 }).toBuffer();
  return build.remove;
});
afterAll(async () => {
  await listening?.close();
  await pool?.close();
});

const call = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${listening.port}${path}`, init);

type Body = Buffer | string | ReadableStream;
const post = (body: Body, headers: Record<string, string> = {}) =>
  call('/', {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', ...headers },
    body: body as BodyInit,
    duplex: 'half',
  } as RequestInit);

const metric = (name: string, labels?: object) => readMetric(registry, name, labels);
const failures = (reason: string) => metric('cv_frames_failed_total', { node_id: 'node-a', reason });

describe('POST /', () => {
  it('answers with the faces, who found them, and what it took', async () => {
    const response = await post(scene);
    expect(response.status).toBe(200);
    const answer = detectAnswer.parse(await response.json());
    expect(answer).toMatchObject({
      image: { width: 640, height: 480 },
      node_id: 'node-a',
      detector: 'haar_frontalface_default',
    });
    expect(answer.detections).toHaveLength(FACES.length);
    for (const stage of ['wait', 'decode', 'detect'] as const) expect(answer.stages[stage]).toBeGreaterThanOrEqual(0);
  });

  it('takes application/octet-stream, and a picture without a type', async () => {
    expect((await post(scene, { 'content-type': 'application/octet-stream' })).status).toBe(200);
    expect((await post(scene, { 'content-type': '' })).status).toBe(200);
  });

  const png = () => drawScene().png().toBuffer();
  const tooManyPixels = () => drawScene({ faces: [], scale: 3 }).jpeg().toBuffer();
  /** A picture without its end, and after it bytes for ever. */
  const goesOn = (jpeg: Buffer) => {
    let begun = false;
    return new ReadableStream({
      pull(stream) {
        stream.enqueue(begun ? new Uint8Array(65_536) : new Uint8Array(jpeg.subarray(0, -2)));
        begun = true;
      },
    });
  };
  const bomb = async () =>
    goesOn(claiming(await drawScene({ faces: [], scale: 0.1 }).jpeg().toBuffer(), 60_000, 60_000));
  const endless = () => goesOn(scene);

  it.each<[string, () => Body | Promise<Body>, number, string, string, Record<string, string>?]>([
    ['an empty body', () => '', 400, 'empty', 'the image is empty'],
    ['text', () => 'hello', 415, 'not_jpeg', 'not a JPEG: it starts with'],
    ['a PNG under a JPEG’s name', png, 415, 'not_jpeg', 'it is a PNG'],
    ['another type', () => scene, 415, 'media_type', 'image/png is not accepted', { 'content-type': 'image/png' }],
    [
      'a compressed body',
      () => scene,
      415,
      'content_encoding',
      '"gzip" is not accepted',
      { 'content-encoding': 'gzip' },
    ],
    ['a truncated JPEG', () => scene.subarray(0, scene.length / 2), 400, 'damaged', 'truncated JPEG'],
    ['a header alone', () => scene.subarray(0, 100), 400, 'damaged', 'truncated JPEG'],
    ['a damaged JPEG', () => damaged(), 400, 'damaged', 'damaged JPEG'],
    ['too many bytes', () => Buffer.alloc(MAX_BYTES + 1), 413, 'too_large', `larger than ${MAX_BYTES} bytes`],
    ['a body without an end', endless, 413, 'too_large', `larger than ${MAX_BYTES} bytes`],
    ['too many pixels, before all of it has come', bomb, 413, 'too_many_pixels', 'claims 60000x60000 pixels'],
    ['too many pixels', tooManyPixels, 413, 'too_many_pixels', 'claims 1920x1440 pixels'],
    [
      'a deadline that passed',
      () => scene,
      504,
      'deadline',
      'its deadline passed',
      { [INVOCATION_HEADER.deadline]: '1000' },
    ],
    [
      'a deadline that is none',
      () => scene,
      400,
      'bad_deadline',
      '"soon" is no time',
      { [INVOCATION_HEADER.deadline]: 'soon' },
    ],
  ])('refuses %s with a message, and counts it', async (_, body, status, code, message, headers) => {
    const before = await failures(code);
    const response = await post(await body(), headers);
    const error = errorBody.parse(await response.json());
    expect({ status: response.status, code: error.code }).toEqual({ status, code });
    expect(error.error).toContain(message);
    expect(await failures(code)).toBe(before! + 1);
    expect((await post(scene)).status).toBe(200);
  });

  it('refuses a parameter, since it reads none', async () => {
    const response = await call('/?detector=yunet', { method: 'POST', body: new Uint8Array(scene) });
    expect(await response.json()).toEqual({
      error: 'unknown parameter "detector": there are none here',
      code: 'unknown_parameter',
    });
  });

  it('refuses with 429 what is more than it can take, detects the rest, and calls neither failed', async () => {
    const responses = await Promise.all(Array.from({ length: 6 }, () => post(scene)));
    const statuses = responses.map((response) => response.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    const refused = responses.find((response) => response.status === 429)!;
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(errorBody.parse(await refused.json()).code).toBe('busy');
    expect(await failures('busy')).toBeUndefined();
    expect(await metric('cv_detector_in_flight')).toBe(0);
  });
});

describe('beside it', () => {
  it('says how it is', async () => {
    expect((await call('/healthz')).status).toBe(200);
    expect((await call('/readyz')).status).toBe(200);
    expect((await call('/')).status).toBe(405);
  });

  it('counts frames under the node’s name', async () => {
    const node = { node_id: 'node-a' };
    const count = (await metric('cv_frames_processed_total', node))!;
    await post(scene);
    expect(await metric('cv_frames_processed_total', node)).toBe(count + 1);
    expect(await metric('cv_processing_seconds_count', node)).toBe(count + 1);
    for (const stage of ['wait', 'decode', 'detect']) {
      expect(await metric('cv_stage_seconds_count', { stage })).toBe(count + 1);
    }
    expect(await failures('worker_died')).toBe(0);
    expect(await metric('cv_detector_workers')).toBe(1);
  });
});

/** Cut in the middle of its data, with its end put back on. */
const damaged = () => Buffer.concat([scene.subarray(0, scene.length / 2), scene.subarray(-2)]);
