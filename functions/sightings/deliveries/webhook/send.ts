import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { CLOUD_EVENT_TYPE, type CloudEvent } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import { readRetryAfter } from '../back-off.ts';
import { ATTEMPT_MS, type Attempt, type Sender } from '../sender.ts';
import type { AddressGuard } from './address-guard.ts';
import { describeError, describeStatus, isFinal } from './answer.ts';
import { secretsOf } from './secrets.ts';
import { signatureHeaders } from './sign.ts';

export interface Webhook {
  url: string;
  secret?: string;
  authorization?: string;
  picture: 'none' | 'link' | 'inline';
}

/** So much of an answer is read, bytes. */
const MAX_ANSWER = 4_096;
/** A picture that is larger stays a link, bytes. */
const MAX_PICTURE = 1024 * 1024;
/** How often a picture is asked for, and the pause between, milliseconds. */
const PICTURE_TRIES = 6;
const PICTURE_PAUSE_MS = 500;

/** Posts to webhooks: CloudEvents in structured mode, signed where there is a secret. Redirects are not followed. */
export function createWebhookSender(options: {
  guard: AddressGuard;
  /** The picture of a sighting; undefined where none is kept. */
  picture(sightingId: string): Promise<Uint8Array | undefined>;
  timeoutMs?: number;
}): Sender<Webhook> {
  const { guard, picture, timeoutMs = ATTEMPT_MS } = options;

  async function withPicture(event: CloudEvent, wanted: Webhook['picture']): Promise<CloudEvent> {
    const { picture_url, ...data } = event.data;
    if (wanted === 'none') return { ...event, data };
    const id = event.data.sighting?.id;
    if (wanted === 'link' || id === undefined) return event;
    const jpeg = await patiently(() => picture(id));
    if (!jpeg || jpeg.length > MAX_PICTURE) return event;
    return { ...event, data: { ...event.data, picture: Buffer.from(jpeg).toString('base64') } };
  }

  /** It is kept a moment after the sighting is. */
  async function patiently(read: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    for (let tries = 0; tries < PICTURE_TRIES; tries++) {
      const jpeg = await read().catch(() => undefined);
      if (jpeg) return jpeg;
      await sleep(PICTURE_PAUSE_MS);
    }
    return undefined;
  }

  return {
    async send(event, webhook) {
      try {
        const body = JSON.stringify(await withPicture(event, webhook.picture));
        return await post(event.id, body, webhook, { guard, timeoutMs });
      } catch (error) {
        return { ok: false, ...describeError(error as Error, timeoutMs, secretsOf(webhook)) };
      }
    },
  };
}

function post(
  id: string,
  body: string,
  webhook: Webhook,
  { guard, timeoutMs }: { guard: AddressGuard; timeoutMs: number },
): Promise<Attempt> {
  const { url, secret, authorization } = webhook;
  const address = new URL(url);
  const isHttps = address.protocol === 'https:';
  const port = Number(address.port || (isHttps ? 443 : 80));
  guard.check(address.hostname, port);
  const at = Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': `${CLOUD_EVENT_TYPE}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'user-agent': 'framewire',
    'webhook-id': id,
    'webhook-timestamp': String(at),
    ...(secret !== undefined && signatureHeaders(secret, id, at, body)),
    ...(authorization !== undefined && { authorization }),
  };
  const secrets = secretsOf(webhook);
  return new Promise((resolve, reject) => {
    const request = (isHttps ? requestHttps : requestHttp)(address, {
      method: 'POST',
      headers,
      agent: false,
      lookup: guard.lookup(port),
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      const chunks: Buffer[] = [];
      let length = 0;
      // a receiver that goes on and on has answered all the same
      const end = () => {
        response.destroy();
        const message = describeStatus(status, Buffer.concat(chunks).toString().slice(0, MAX_ANSWER), secrets);
        if (status >= 200 && status < 300) return resolve({ ok: true, message });
        const retryAfterMs = readRetryAfter(response.headers['retry-after'], Date.now());
        resolve({
          ok: false,
          reason: message,
          ...(isFinal(status) && { final: true }),
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        });
      };
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length >= MAX_ANSWER) end();
      });
      response.on('end', end).on('error', end);
    });
    request.end(body);
  });
}
