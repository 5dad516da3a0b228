import { HttpError } from '@framewire/runtime/http';
import { VERSION } from '@framewire/runtime/telemetry';
import type { Context } from 'hono';

/** By the part, and `messages`. They never change while this runs, and one takes longer to make than a frame may wait. */
const made = new Map<string, string>();

/** `GET api/openapi.json?part=`: the HTTP interface of one part. Loaded when it is first asked for. @throws HttpError 400 */
export async function openApiAnswer(c: Context): Promise<Response> {
  const { openApi, PARTS } = await import('@framewire/contract/reference');
  const { part: name = 'results-ws' } = c.req.query();
  const part = PARTS.find((one) => one.name === name);
  if (!part) throw new HttpError(400, 'part', `part=${name}: allowed: ${PARTS.map((one) => one.name).join(', ')}`);
  return answer(c, name, () => openApi(part, VERSION));
}

/** `GET api/asyncapi.json`: the messages. */
export async function asyncApiAnswer(c: Context): Promise<Response> {
  const { asyncApi } = await import('@framewire/contract/reference');
  return answer(c, 'messages', () => asyncApi(VERSION));
}

function answer(c: Context, name: string, make: () => object): Response {
  const text = made.get(name) ?? JSON.stringify(make());
  made.set(name, text);
  return c.body(text, 200, { 'content-type': 'application/json' });
}
