import type { ErrorBody } from '@framewire/contract';
import type { Context } from 'hono';
import { proxy } from 'hono/proxy';

const TIMEOUT_MS = 15_000;

/** `POST api/ingest?camera=...`: passes a browser's frame on to ingest-frame, whose key it need not know, and the answer back. */
export async function proxyToIngest(c: Context, url: string | undefined, key: string | undefined): Promise<Response> {
  if (!url) return c.json<ErrorBody>({ error: 'INGEST_URL names no ingest-frame', code: 'no_ingest' }, 404);
  const address = new URL(url);
  address.search = new URL(c.req.url).search;
  address.searchParams.delete('key'); // ours, not that function's
  try {
    const answer = await proxy(address, {
      method: 'POST',
      headers: {
        'content-type': c.req.header('content-type'),
        'idempotency-key': c.req.header('idempotency-key'),
        traceparent: c.req.header('traceparent'),
        authorization: key && `Bearer ${key}`,
      },
      body: c.req.raw.body,
      duplex: 'half',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), c.req.raw.signal]),
    } as RequestInit);
    answer.headers.delete('set-cookie'); // ours are of this address too
    return answer;
  } catch (error) {
    const why =
      (error as Error).name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : 'it cannot be reached';
    return c.json<ErrorBody>({ error: `ingest-frame: ${why}`, code: 'ingest_unreachable' }, 503, {
      'retry-after': '1',
    });
  }
}
