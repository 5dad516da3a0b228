import { createHmac } from 'node:crypto';

/**
 * The headers that sign a request as Standard Webhooks say (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body.
 * @param secret `whsec_` and base64. @param at seconds since the epoch: a receiver refuses what is old, so each attempt has its own.
 */
export function signatureHeaders(secret: string, id: string, at: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-signature': `v1,${signature}` };
}
