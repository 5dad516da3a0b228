import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { type FunctionProvider, findFunction, NAMESPACE } from '../faas-provider.ts';
import { checkNamespace } from './functions.ts';
import { type LogRequest, readLog } from './log-reader.ts';

/** So far back a log goes where neither `since` nor `tail` says otherwise, milliseconds; OpenFaaS's on Kubernetes. */
const USUAL_SPAN_MS = 5 * 60_000;

/**
 * `GET /logs?name=&tail=&since=&follow=&instance=`: a line of JSON for each line of the function's log. It ends with the log, or
 * where it is followed when `timeoutMs` is over, at the signal `ending`, or when the caller goes.
 */
export function logRoutes(provider: FunctionProvider, timeoutMs: number, ending: AbortSignal): Hono {
  return new Hono().get('/logs', (c) => {
    const query = c.req.query();
    checkNamespace(query.namespace);
    const request = readRequest(query);
    if (!request) return c.text('could not parse the log request\n', 422);
    const fn = findFunction(provider, query.name ?? '');
    if (!fn) return c.text(`function ${query.name ?? ''} not found\n`, 404);
    c.header('content-type', 'application/x-ndjson');
    const signal = AbortSignal.any([c.req.raw.signal, ending, AbortSignal.timeout(timeoutMs)]);
    return stream(c, async (out) => {
      for await (const line of readLog(fn.log, request, signal))
        await out.write(`${JSON.stringify({ name: fn.name, namespace: NAMESPACE, ...line })}\n`);
    });
  });
}

function readRequest({ tail, since, follow, instance }: Record<string, string>): LogRequest | undefined {
  const lines = Number(tail || -1);
  const from = since ? new Date(since) : undefined;
  if (!Number.isInteger(lines) || Number.isNaN(from?.getTime())) return undefined;
  const bounded = lines > 0;
  return {
    tail: bounded ? lines : undefined,
    since: from ?? (bounded ? undefined : new Date(Date.now() - USUAL_SPAN_MS)),
    instance,
    follow: ['1', 't', 'true'].includes((follow ?? '').toLowerCase()),
  };
}
