/** Posts as people write them with curl. */
import { gzipSync } from 'node:zlib';
import { sleep } from '@framewire/runtime/process';
import { beforeAll, describe, inject } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { aCase } from './case.ts';

const system = inject('system');
const DOOR = '/function/ingest-frame';
let jpeg: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  jpeg = new Uint8Array(await createScene('posts').draw(0));
});

interface Post {
  path?: string;
  method?: string;
  body?: () => BodyInit;
  type?: string | null;
  headers?: Record<string, string>;
}
const form = (...parts: [string, string | Blob][]) => {
  const data = new FormData();
  for (const [name, value] of parts) data.append(name, value);
  return data;
};
const file = () => new Blob([jpeg], { type: 'image/jpeg' });
const base64 = () => Buffer.from(jpeg).toString('base64');
const seconds = () => Math.floor(Date.now() / 1000);

/** @param status that is right, or one of them. @param message that the answer has. */
function post(
  name: string,
  right: string,
  given: Post | (() => Post),
  status: number | number[],
  message?: RegExp,
): void {
  aCase(name, right, async () => {
    const {
      path = `${DOOR}?camera=post`,
      method = 'POST',
      body,
      type = 'image/jpeg',
      headers = {},
    } = typeof given === 'function' ? given() : given;
    const ask = () =>
      fetch(`${system.gateway}${path}`, {
        method,
        headers: { ...(type !== null && { 'content-type': type }), ...headers },
        body: method === 'GET' ? null : body ? body() : jpeg,
        signal: AbortSignal.timeout(30_000),
      });
    let answer = await ask();
    // as it asks whoever posts: what was sent before is still being worked on
    for (let tries = 0; answer.status === 429 && tries < 20; tries++) {
      await answer.arrayBuffer();
      await sleep(250);
      answer = await ask();
    }
    const text = (await answer.text()).trim();
    const ok = [status].flat().includes(answer.status) && (answer.status < 300 || !message || message.test(text));
    return { seen: `${answer.status} ${text.slice(0, 200)}`, ok };
  });
}

describe('a frame by HTTP', () => {
  post('as it should be', '202', {}, 202);
  post('without a content type', '202', { type: null }, [202, 415]);
  post(
    'as curl -d sends it',
    '202, or refused with a reason',
    { type: 'application/x-www-form-urlencoded' },
    [202, 415],
    /image\/jpeg/,
  );
  post(
    'the name of the file for the file',
    'refused with a reason',
    { body: () => 'photo.jpg' },
    [400, 415, 422],
    /JPEG/,
  );
  post('PUT', '202, or 405', { method: 'PUT' }, [202, 405]);
  post('a form', '202', { type: null, body: () => form(['picture', file()]) }, 202);
  post(
    'a form with another field',
    'refused, names the field',
    { path: DOOR, type: null, body: () => form(['camera', 'porch'], ['picture', file()]) },
    400,
    /camera/,
  );
  post(
    'a form with two pictures',
    'refused with a reason',
    { type: null, body: () => form(['a', file()], ['b', file()]) },
    400,
    /one|two|2 files/i,
  );
  for (const type of ['image/jpg', 'image/pjpeg', 'image/*'])
    post(type, '202, or refused with a reason', { type }, [202, 415], /image\/jpeg/);
  post(
    'JSON with base64',
    'refused with a reason',
    {
      type: 'application/json',
      body: () => JSON.stringify({ frame: base64(), timestamp: seconds() }),
    },
    [202, 400, 415, 422],
    /JSON|image\/jpeg/,
  );
  post(
    'a data URL',
    'taken, or named',
    { body: () => `data:image/jpeg;base64,${base64()}` },
    [202, 400, 415, 422],
    /data URL/i,
  );
  post('base64', 'taken, or named', { body: () => base64() }, [202, 400, 415, 422], /base64/i);
  post(
    'gzip',
    'taken, or named',
    { body: () => gzipSync(jpeg), headers: { 'content-encoding': 'gzip' } },
    [202, 400, 415],
    /gzip|encoding/i,
  );
});

describe('what the address says', () => {
  const at = (query: string): Post => ({ path: `${DOOR}?${query}` });
  post('a camera with a space', 'refused, names it', at('camera=front%20door'), 400, /camera/);
  post('a camera with an umlaut', 'refused, names it', at('camera=t%C3%BCr'), 400, /camera/);
  post('an empty camera', 'refused, names it', at('camera='), 400, /camera/);
  post('camera_id', 'refused: use camera', at('camera_id=post'), 400, /camera_id.*\bcamera\b/s);
  post('a parameter with a typo', 'refused by name', at('camera=post&captured=1'), 400, /captured/);
  post('no camera', '202', { path: DOOR }, 202);
  post(
    'captured_at in seconds',
    'refused, names the unit',
    () => at(`camera=post&captured_at=${seconds()}`),
    400,
    /captured_at.*seconds/s,
  );
  post(
    'captured_at in nanoseconds',
    'refused, names the unit',
    () => at(`camera=post&captured_at=${seconds()}000000000`),
    400,
    /captured_at.*nanoseconds/s,
  );
  post(
    'captured_at as a date',
    '202',
    () => at(`camera=post&captured_at=${encodeURIComponent(new Date().toISOString())}`),
    202,
  );
  post('captured_at an hour ago', '202', () => at(`camera=post&captured_at=${Date.now() - 3_600_000}`), 202);
  post('deadline_ms=2s', 'refused, names it', at('camera=post&deadline_ms=2s'), 400, /deadline_ms/);
  post(
    'a path behind the function',
    'taken, or refused with a reason',
    { path: `${DOOR}/door` },
    [202, 404],
    /path|no such|found/i,
  );
  post('with its namespace', '202', { path: `${DOOR}.openfaas-fn?camera=post` }, 202);
  post('another namespace', '404 with a reason', { path: `${DOOR}.dev?camera=post` }, [404, 502, 503]);
  post('another case', '404 with a reason', { path: '/function/Ingest-Frame?camera=post' }, [404, 502, 503]);
  post('asynchronous', 'refused with a reason', { path: '/async-function/ingest-frame?camera=post' }, [202, 404, 501]);
});

describe('the detector itself', () => {
  post('a picture', 'its boxes', { path: '/function/detect-faces' }, 200);
  post(
    'a form',
    'refused with a reason',
    { path: '/function/detect-faces', type: null, body: () => form(['picture', file()]) },
    [200, 400, 415, 422],
    /JPEG|image\/jpeg/,
  );
  post(
    'an address for the picture',
    'refused with a reason',
    { path: '/function/detect-faces', type: 'application/json', body: () => '{"url":"http://127.0.0.1/a.jpg"}' },
    [400, 415, 422],
    /JPEG|image\/jpeg/,
  );
});

describe('the gateway', () => {
  post('its API without a password', '401', { path: '/system/functions', method: 'GET' }, 401);
  post(
    'its API with a wrong one',
    '401',
    { path: '/system/functions', method: 'GET', headers: { authorization: `Basic ${btoa('admin:wrong')}` } },
    401,
  );
});
