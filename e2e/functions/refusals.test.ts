/** What is no frame is refused through the gateway, each time with a status and a message that say what is wrong. */
import { errorBody } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createScene, drawDamaged } from '../../testkit/frames/scene.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { ingestUrl, postBody, postFrame } from '../../testkit/system/cameras.ts';

const system = inject('system');
let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = await createScene('refusals').draw(0);
});

const png = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: 'red' } })
    .png()
    .toBuffer();

describe('refused at once', () => {
  it.each<[what: string, body: () => Uint8Array | Promise<Uint8Array>, status: number, code: string, message: RegExp]>([
    ['nothing', () => new Uint8Array(), 400, 'empty', /^the image is empty$/],
    [
      'text',
      () => Buffer.from('hello'),
      400,
      'bad_jpeg',
      /^not a JPEG: it starts with 68 65 6c 6c \("hello"\), a JPEG with ff d8$/,
    ],
    ['a PNG under the name of a JPEG', png, 400, 'bad_jpeg', /^not a JPEG: it is a PNG$/],
    [
      'half a JPEG',
      () => jpeg.subarray(0, jpeg.length / 2),
      400,
      'bad_jpeg',
      /^truncated JPEG: its end marker is missing$/,
    ],
    [
      'a JPEG that ends in its header',
      () => jpeg.subarray(0, 200),
      400,
      'bad_jpeg',
      /^truncated JPEG: it ends within its segment ff db at byte \d+$/,
    ],
    ['11 MB', () => new Uint8Array(11_000_000), 413, 'too_large', /^the body is larger than \d+ bytes$/],
  ])('%s', async (_, body, status, code, message) => {
    const answer = await postBody(ingestUrl(system, 'refused'), await body());
    const error = errorBody.parse(await answer.json());
    expect({ status: answer.status, ...error }).toEqual({ status, code, error: expect.stringMatching(message) });
  });

  it('a camera id that is none', async () => {
    const answer = await postBody(ingestUrl(system, 'front%20door'), jpeg);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      code: 'bad_camera',
      error: 'camera: "front door"; a camera id is 1 to 64 letters, digits, "_" or "-"',
    });
  });

  it('another type', async () => {
    const answer = await postBody(ingestUrl(system, 'refused'), Buffer.from('{}'), 'application/json');
    expect(answer.status).toBe(415);
    expect(errorBody.parse(await answer.json()).error).toMatch(/image\/jpeg/);
  });

  it('another method', async () => {
    const answer = await fetch(ingestUrl(system, 'refused'));
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await answer.json()).toEqual({ code: 'method', error: 'POST a JPEG here' });
  });

  it('a function that is not there', async () => {
    const answer = await postBody(`${system.gateway}/function/no-such`, jpeg);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toMatch(/function no-such not found/);
  });
});

it('a picture that only its decoder can tell to be bad ends as rejected, with the reason', async () => {
  const ledger = openResultLog(system.amqp);
  const frame = await postFrame(system, 'refused', await drawDamaged('refusals'));
  await waitFor('its outcome', () => ledger.missing([frame]).length === 0, { timeout: 30_000 });
  expect(ledger.records.find(({ frame_id }) => frame_id === frame)).toMatchObject({
    camera_id: 'refused',
    outcome: 'rejected',
    reason: expect.stringMatching(/JPEG|picture/),
  });
  await ledger.close();
});
