import { bodyOf, createUploads, guardedRequest, HttpError, type HttpGuard } from '@framewire/runtime/http';
import type { Context } from 'hono';

/** An order is a few words, bytes. */
const MAX_ORDER = 4_096;
const orders = createUploads({ maxBytes: 10 * MAX_ORDER, timeoutMs: 5_000 });
/** What an order may take: a broker that is to stop answers at once, memory takes a moment. Milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * `GET`, `POST`, `DELETE`: passed on to whoever started the system and can break its parts on purpose.
 * @throws HttpError 404 where it was not started for that; 403 for an order that another page gives, one that may look included.
 */
export async function proxyToFaults(c: Context, url: string | undefined, guard: HttpGuard): Promise<Response> {
  if (!url)
    throw new HttpError(404, 'not_found', 'faults can be injected only if the system was started with --faults');
  const { method } = c.req;
  if (method !== 'GET' && !guard.isOwn(guardedRequest(c)))
    throw new HttpError(403, 'origin', `pages of ${c.req.header('origin')} may not break anything here`);
  // a form of another page could be sent without the browser asking first
  if (method === 'POST' && !c.req.header('content-type')?.startsWith('application/json'))
    throw new HttpError(415, 'media_type', 'send the order as application/json');
  const order = method === 'POST' ? await orders.admit(bodyOf(c), MAX_ORDER, (upload) => upload.read()) : undefined;
  try {
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: order,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return c.body(await answer.text(), answer.status as 200, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
  } catch (error) {
    throw new HttpError(502, 'fault_injection', `the start command does not answer: ${(error as Error).message}`);
  }
}
