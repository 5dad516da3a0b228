import { createHmac } from 'node:crypto';
import { cloudEvent } from '@framewire/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testEventOf, testSighting } from '../testing/event.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { createAddressGuard } from './address-guard.ts';
import { createWebhookSender, type Webhook } from './send.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const SECRET = `whsec_${KEY.toString('base64')}`;
const JPEG = new Uint8Array([255, 216, 255, 217]);

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const sender = (allow = [receiver.host], timeoutMs = 500) =>
  createWebhookSender({ guard: createAddressGuard(allow), picture: async () => JPEG, timeoutMs });
const send = (webhook: Partial<Webhook> = {}, event = testEventOf()) =>
  sender().send(event, { url: receiver.url, picture: 'link', ...webhook });

describe('a webhook', () => {
  it('gets a CloudEvent in structured mode', async () => {
    const event = testEventOf();
    expect(await send({}, event)).toEqual({ ok: true, message: 'the receiver answered 204 No Content' });
    const [got] = receiver.received;
    expect(got!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(cloudEvent.parse(JSON.parse(got!.body))).toEqual(event);
    expect(got!.headers['webhook-id']).toBe(event.id);
    expect(got!.headers).not.toHaveProperty('webhook-signature');
    expect(got!.headers).not.toHaveProperty('authorization');
  });

  it('is signed as Standard Webhooks say', async () => {
    await send({ secret: SECRET, authorization: 'Bearer abc' });
    const { headers, body } = receiver.received[0]!;
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
    expect(signature).toBe(`v1,${createHmac('sha256', KEY).update(`${id}.${at}.${body}`).digest('base64')}`);
    expect(headers.authorization).toBe('Bearer abc');
  });

  it('gets the picture as a link, as base64, or not at all', async () => {
    for (const picture of ['link', 'inline', 'none'] as const) await send({ picture });
    const [link, inline, none] = receiver.received.map(({ event }) => event.data);
    expect(link).toMatchObject({ picture_url: expect.stringContaining('https://cams.example.org/api/sightings/') });
    expect(link).not.toHaveProperty('picture');
    expect(inline).toMatchObject({ picture: Buffer.from(JPEG).toString('base64') });
    expect(none).not.toHaveProperty('picture_url');
  });

  it('keeps its link where the picture is too large or cannot be read', async () => {
    const guard = createAddressGuard([receiver.host]);
    for (const picture of [async () => new Uint8Array(2_000_000), () => Promise.reject(new Error('no disk'))])
      await createWebhookSender({ guard, picture }).send(testEventOf(testSighting()), {
        url: receiver.url,
        picture: 'inline',
      });
    expect(receiver.received).toHaveLength(2);
    for (const { event } of receiver.received) expect(event.data).not.toHaveProperty('picture');
  });

  it('that answers 500 failed, and its reason is kept without what is secret in it', async () => {
    receiver.answer = (response, { headers }) =>
      response
        .writeHead(500)
        .end(`broken\n\u0007 ${headers.authorization} ${SECRET} k3y-of-query ${'x'.repeat(9_000)}`);
    const failed = await send({
      url: `${receiver.url}?token=k3y-of-query`,
      secret: SECRET,
      authorization: 'Bearer s3cret-token',
    });
    expect(failed).toMatchObject({ ok: false, reason: expect.stringContaining('500 Internal Server Error: broken ') });
    const { reason } = failed as { reason: string };
    expect(reason).not.toMatch(/s3cret|whsec_|k3y/);
    expect(reason.length).toBeLessThan(300);
  });

  it('says when to ask again, and what it will never take', async () => {
    receiver.answer = (response) => response.writeHead(429, { 'retry-after': '17' }).end();
    expect(await send()).toMatchObject({ ok: false, retryAfterMs: 17_000 });
    receiver.answer = (response) => response.writeHead(410).end();
    expect(await send()).toMatchObject({ ok: false, final: true });
    receiver.answer = (response) => response.writeHead(404).end();
    expect(await send()).not.toHaveProperty('final');
  });

  it('that redirects is not followed', async () => {
    const other = await startReceiver();
    receiver.answer = (response) => response.writeHead(307, { location: other.url }).end();
    expect(await send()).toMatchObject({ ok: false, reason: expect.stringContaining('redirects are not followed') });
    expect(other.received).toEqual([]);
    await other.close();
  });

  it('that hangs, cuts off or is not there is a failure in time', async () => {
    receiver.answer = () => {};
    expect(await send()).toEqual({ ok: false, reason: 'the receiver did not answer within 0.5 s' });
    receiver.answer = (response) => response.destroy();
    expect(await send()).toMatchObject({ reason: 'the receiver closed the connection without an answer' });
    await receiver.close();
    expect(await send()).toMatchObject({ ok: false, reason: 'nobody listens there' });
    expect(
      await sender(['nowhere.invalid']).send(testEventOf(), { url: 'http://nowhere.invalid/', picture: 'none' }),
    ).toMatchObject({ ok: false });
  });

  it('that answers and then goes on for ever has answered', async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('more '.repeat(500)), 5);
      response.on('close', () => clearInterval(more)).on('error', () => {});
    };
    expect(await send()).toMatchObject({ ok: true });
  });
});

describe('an address of this machine', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://0.0.0.0:1/',
    'http://2130706433:1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
  ])('is refused: %s', async (url) => {
    expect(await sender([]).send(testEventOf(), { url, picture: 'none' })).toEqual({
      ok: false,
      final: true,
      reason: expect.stringContaining('WEBHOOK_ALLOW'),
    });
  });

  it('is reached where it is allowed, by its port or as a whole', async () => {
    const port = new URL(receiver.url).port;
    const to = (allow: string[], url: string) => sender(allow).send(testEventOf(), { url, picture: 'none' });
    expect(await to(['127.0.0.1'], receiver.url)).toMatchObject({ ok: true });
    expect(await to([`localhost:${port}`], `http://localhost:${port}/`)).toMatchObject({ ok: true });
    expect(await to(['127.0.0.1:1'], receiver.url)).toMatchObject({ ok: false });
    expect(await to(['localhost'], receiver.url)).toMatchObject({ ok: false });
  });
});
