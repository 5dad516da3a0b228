import type { IncomingHttpHeaders } from 'node:http';
import type { INVOCATION_HEADER } from '@framewire/contract';
import { basicAuth } from '@framewire/runtime/http';
import { type Dispatcher, errors, Pool } from 'undici';
import { type QueueFunction, readFunctions } from './functions.ts';

/**
 * The reply to an invocation:
 * - `answer`: the gateway answered, with any status;
 * - `away`: the gateway could not be reached, or closed the connection before it answered;
 * - `broken`: the answer broke off half way;
 * - `timeout`: no whole answer in time;
 * - `oversized`: the answer is larger than `maxAnswerBytes`. It was not read to its end.
 */
export type Reply =
  | { kind: 'answer'; status: number; contentType: string; retryAfterMs: number | undefined; body: Buffer }
  | { kind: 'away' | 'broken' | 'timeout' | 'oversized'; reason: string };

export type InvocationHeaders = Partial<Record<(typeof INVOCATION_HEADER)[keyof typeof INVOCATION_HEADER], string>>;

/** The OpenFaaS gateway, as far as a connector needs it. */
export interface Gateway {
  /** @throws Error with the reason. */
  listFunctions(): Promise<QueueFunction[]>;
  /** Posts a JPEG to a function. Never rejects. */
  invoke(name: string, jpeg: Uint8Array, headers: InvocationHeaders, timeoutMs: number): Promise<Reply>;
  /** Waits for the invocations in flight. */
  close(): Promise<void>;
}

/** How long the gateway may take to list its functions, milliseconds. */
const LIST_MS = 5_000;
/** How long a connection may take to open, milliseconds. */
const CONNECT_MS = 2_000;

export function createGateway(options: {
  /** It may have a path, where the gateway is behind another server. */
  url: string;
  user: string;
  /** Without one no basic auth is sent. */
  password: string | undefined;
  /** Absent: the gateway's own default. */
  namespace: string | undefined;
  /** For functions that do not say how much one replica takes. */
  concurrency: number;
  /** A larger answer is refused, bytes. */
  maxAnswerBytes: number;
}): Gateway {
  const { origin, pathname } = new URL(options.url);
  const base = pathname.replace(/\/$/, '');
  const { namespace, maxAnswerBytes } = options;
  const pool = new Pool(origin, { connect: { timeout: CONNECT_MS } });
  const authorization = options.password && basicAuth(options.user, options.password);
  const suffix = namespace ? `.${namespace}` : '';

  return {
    async listFunctions() {
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: `${base}/system/functions${namespace ? `?namespace=${namespace}` : ''}`,
        headers: authorization ? { authorization } : {},
        signal: AbortSignal.timeout(LIST_MS),
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`it answered ${statusCode}: ${text.trim().slice(0, 200)}`);
      return readFunctions(JSON.parse(text), options.concurrency);
    },

    invoke(name, jpeg, headers, timeoutMs) {
      const path = `${base}/function/${name}${suffix}`;
      return new Promise((resolve) => post(pool, { path, jpeg, headers, timeoutMs, maxAnswerBytes }, resolve));
    },

    close: () => pool.close(),
  };
}

interface Post {
  path: string;
  jpeg: Uint8Array;
  headers: InvocationHeaders;
  timeoutMs: number;
  maxAnswerBytes: number;
}

/** Uses undici's lowest interface: its streams and signals cost as much again as the request itself. */
function post(pool: Pool, call: Post, onReply: (reply: Reply) => void): void {
  const { path, jpeg, headers, timeoutMs, maxAnswerBytes } = call;
  let head: { status: number; headers: IncomingHttpHeaders } | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let over = false;
  let size = 0;
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => {
    answer({ kind: 'timeout', reason: `no answer within ${Math.round(timeoutMs)} ms` });
    controller?.abort(new Error('too late'));
  }, timeoutMs);
  const answer = (reply: Reply) => {
    clearTimeout(timer);
    if (!over) onReply(reply);
    over = true;
  };
  const refuse = (controller: Dispatcher.DispatchController) => {
    answer({ kind: 'oversized', reason: `the answer is larger than ${maxAnswerBytes} bytes` });
    controller.abort(new Error('too large'));
  };

  pool.dispatch(
    {
      method: 'POST',
      path,
      headers: { ...headers, 'content-type': 'image/jpeg' },
      body: jpeg,
      headersTimeout: 0, // the timer bounds the whole
      bodyTimeout: 0,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (over) started.abort(new Error('too late'));
      },
      onResponseStart(controller, status, headers) {
        if (status >= 200) head = { status, headers };
        if (Number(single(headers['content-length'])) > maxAnswerBytes) refuse(controller);
      },
      onResponseData(controller, chunk) {
        size += chunk.length;
        if (size > maxAnswerBytes) return refuse(controller);
        chunks.push(chunk);
      },
      onResponseEnd() {
        const { status, headers } = head!;
        answer({
          kind: 'answer',
          status,
          contentType: single(headers['content-type']) ?? '',
          retryAfterMs: readRetryAfter(single(headers['retry-after'])),
          body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
        });
      },
      onResponseError(_, error) {
        const reason = describeCause(error);
        answer(head ? { kind: 'broken', reason: `the answer broke off: ${reason}` } : { kind: 'away', reason });
      },
    },
  );
}

/** Seconds or an HTTP date, in milliseconds from now; undefined where it says neither. */
export function readRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The cause of a failed request. Where several addresses were tried, the cause of the last. */
export function describeCause(error: unknown): string {
  if (error instanceof AggregateError) return describeCause(error.errors.at(-1));
  if (error instanceof errors.ConnectTimeoutError) return `no connection within ${CONNECT_MS} ms`;
  return error instanceof Error ? error.message || error.name : String(error);
}

const single = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
