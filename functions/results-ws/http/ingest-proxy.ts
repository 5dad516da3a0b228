import type { ErrorBody } from '@framewire/contract';
import type { Context } from 'hono';

const TIMEOUT_MS = 15_000;
const PASSED_ON = ['content-type', 'idempotency-key', 'traceparent'];
const PASSED_BACK = ['content-type', 'retry-after'];

/** `POST api/ingest?camera=...`: passes a browser's picture on to ingest-frame, whose key it need not know, and the answer back. */
export async function proxyToIngest(c: Context, url: string | undefined, key: string | undefined): Promise<Response> {
  if (!url) return c.json<ErrorBody>({ error: 'INGEST_URL names no ingest-frame', code: 'no_ingest' }, 404);
  const address = new URL(url);
  address.search = new URL(c.req.url).search;
  address.searchParams.delete('key'); // ours, not that function's
  const headers = pick(c.req.raw.headers, PASSED_ON);
  if (key) headers.set('authorization', `Bearer ${key}`);
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers,
      body: c.req.raw.body,
      duplex: 'half',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), c.req.raw.signal]),
    } as RequestInit);
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: pick(answer.headers, PASSED_BACK),
    });
  } catch (error) {
    const why =
      (error as Error).name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : 'it cannot be reached';
    return c.json<ErrorBody>({ error: `ingest-frame: ${why}`, code: 'ingest_away' }, 503, { 'retry-after': '1' });
  }
}

function pick(headers: Headers, names: string[]): Headers {
  const picked = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) picked.set(name, value);
  }
  return picked;
}
