import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What belongs to one hop and is never passed on; `Upgrade` with them, so a WebSocket does not pass, as in the OpenFaaS CE gateway. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // answered by us
  'expect',
]);

/** The headers of a request as a function gets them: name and value in turn. */
export function requestHeaders(request: IncomingMessage, host: string, call: Call): string[] {
  const headers = passedOn(request);
  const add = (name: string, value: string | undefined) => value && headers.push(name, value);
  if (!request.headers['x-call-id']) add('X-Call-Id', call.id);
  add('X-Start-Time', call.startTime);
  if (!request.headers['x-forwarded-host']) add('X-Forwarded-Host', request.headers.host);
  if (!request.headers['x-forwarded-for']) add('X-Forwarded-For', request.socket.remoteAddress);
  add('Host', host);
  return headers;
}

/** What the gateway says of a call: to the function, and to whoever called. */
export interface Call {
  id: string;
  /** Nanoseconds since the epoch. */
  startTime: string;
}

export const newCall = (request: IncomingMessage): Call => ({
  id: String(request.headers['x-call-id'] ?? randomUUID()),
  startTime: `${Date.now()}000000`,
});

/** The headers of an answer as the caller gets them. */
export function answerHeaders(answer: IncomingMessage, call: Call): string[] {
  return [...passedOn(answer), 'X-Call-Id', call.id, 'X-Start-Time', call.startTime];
}

function passedOn({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    if (HOP_BY_HOP.has(name) || named.includes(name) || name === 'host' || name === 'x-start-time') continue;
    kept.push(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  }
  return kept;
}
