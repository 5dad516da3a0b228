import { Agent, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type { Log } from '@framewire/runtime/telemetry';
import {
  authorityOf,
  type Endpoint,
  type FunctionProvider,
  findFunction,
  LOOPBACK,
  NAMESPACE,
} from './faas-provider.ts';
import { answerHeaders, newCall, requestHeaders } from './headers.ts';
import type { GatewayMetrics } from './metrics.ts';

export interface Proxy {
  /** Answers `/function/<name>[/path][?query]`. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

/** Passes a request to the least busy replica, bodies streamed both ways. */
export function createProxy(options: {
  provider: FunctionProvider;
  metrics: GatewayMetrics;
  /** Bounds an invocation as a whole, milliseconds. */
  timeoutMs: number;
  /** Cuts streams of events, which have no end of their own. */
  ending: AbortSignal;
  log: Log;
}): Proxy {
  const { provider, metrics, timeoutMs, ending, log } = options;
  // shorter than a Node server keeps an idle connection: a request must not meet its closing
  const agent = new Agent({ keepAlive: true, timeout: 4_000, maxSockets: Number.POSITIVE_INFINITY });
  const busy = new Map<string, number>();

  return {
    handle(request, response) {
      const { name, path } = parseTarget(request.url ?? '/');
      const fn = findFunction(provider, name);
      if (!fn) {
        const plain = name.replace(`.${NAMESPACE}`, '');
        return refuse(
          request,
          response,
          404,
          `error finding function ${plain}.${NAMESPACE}: function ${plain} not found`,
        );
      }
      const done = metrics.started(fn.name);
      // whoever called may go before there is an answer
      response.once('close', () => done(response.headersSent ? response.statusCode : 502));
      const endpoint = leastBusy(fn.endpoints, busy);
      if (!endpoint) return refuse(request, response, 503, `no replica of ${fn.name} is ready`);
      count(busy, endpoint.id, 1);
      response.once('close', () => count(busy, endpoint.id, -1));
      forward(request, response, fn.name, endpoint, path);
    },
    close: () => agent.destroy(),
  };

  function forward(request: IncomingMessage, response: ServerResponse, name: string, endpoint: Endpoint, path: string) {
    const call = newCall(request);
    const upstream = openRequest({
      agent,
      host: endpoint.host ?? LOOPBACK,
      port: endpoint.port,
      method: request.method,
      path,
      headers: requestHeaders(request, authorityOf(endpoint), call),
    });
    let [late, answered] = [false, false];
    /** What was not read of the request runs off: the next one of this connection stands behind it. */
    const drain = () => {
      request.unpipe(upstream);
      request.resume();
    };
    const timer = setTimeout(() => {
      late = true;
      upstream.destroy(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    request.on('error', () => {}); // `close` follows
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer, call));
      // one whose length is known comes at once, and leaves with its head in one piece
      if (answer.headers['content-length'] === undefined) response.flushHeaders();
      if (isEventStream(answer)) addAbortSignal(ending, answer);
      answer.on('error', () => {}); // `close` follows
      // an answer that breaks off breaks off for the caller too
      answer.once('close', () => answer.complete || response.destroy());
      // a refusal may come before all of the request was sent, and its replica reads no further
      answer.once('end', () => {
        answered = true;
        if (!request.complete) drain();
      });
      answer.pipe(response);
    });
    upstream.on('error', (error) => {
      if (answered) return drain();
      log.warn({ err: error, function: name }, 'an invocation failed');
      if (response.headersSent) response.destroy();
      else if (late) refuse(request, response, 504, `${name} did not answer within ${timeoutMs} ms`);
      else refuse(request, response, 502, `Can't reach service for: ${name}.`);
    });
    response.once('close', () => {
      clearTimeout(timer);
      if (!response.writableFinished) upstream.destroy();
    });
    request.pipe(upstream);
  }
}

const isEventStream = ({ headers }: IncomingMessage) =>
  headers['content-type']?.startsWith('text/event-stream') ?? false;

function parseTarget(url: string): { name: string; path: string } {
  const [, name = '', rest = ''] = /^\/function\/([^/?]*)(.*)$/s.exec(url) ?? [];
  return { name, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** One of those with the fewest invocations under way, at random. */
function leastBusy(endpoints: Endpoint[], busy: Map<string, number>): Endpoint | undefined {
  const load = (endpoint: Endpoint) => busy.get(endpoint.id) ?? 0;
  const least = Math.min(...endpoints.map(load));
  const idle = endpoints.filter((endpoint) => load(endpoint) === least);
  return idle[Math.floor(Math.random() * idle.length)];
}

function count(busy: Map<string, number>, id: string, step: number): void {
  const now = (busy.get(id) ?? 0) + step;
  if (now > 0) busy.set(id, now);
  else busy.delete(id);
}

/** What was not read of the request is let run off, so that the caller gets the answer instead of a broken pipe. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, words: string): void {
  if (response.destroyed) return;
  request.unpipe();
  request.resume();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
}
