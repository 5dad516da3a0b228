import type { INVOCATION_HEADER } from '@framewire/contract';
import { type Dispatcher, errors, Pool } from 'undici';
import { type QueueFunction, readFunctions } from './functions.ts';

/**
 * What came of an invocation:
 * - `answer`: the gateway answered, with any status;
 * - `away`: no answer, since the gateway could not be reached or its connection broke;
 * - `broken`: the answer broke off half way;
 * - `timeout`: no whole answer in time.
 */
export type Reply =
  | { kind: 'answer'; status: number; contentType: string; retryAfterMs: number | undefined; body: Buffer }
  | { kind: 'away' | 'broken' | 'timeout'; reason: string };

export type InvocationHeaders = Partial<Record<(typeof INVOCATION_HEADER)[keyof typeof INVOCATION_HEADER], string>>;

/** The OpenFaaS gateway, as far as a connector needs it. */
export interface Gateway {
  /** @throws Error with the reason in words. */
  listFunctions(): Promise<QueueFunction[]>;
  /** Posts a JPEG to a function. Never rejects. */
  invoke(name: string, jpeg: Uint8Array, headers: InvocationHeaders, timeoutMs: number): Promise<Reply>;
  /** Waits for the invocations under way. */
  close(): Promise<void>;
}

/** As long as the gateway may take to list its functions, milliseconds. */
const LIST_MS = 5_000;
/** As long as a connection may take to come about, milliseconds. */
const CONNECT_MS = 2_000;

export function createGateway(options: {
  /** May have a path, where the gateway stands behind another server. */
  url: string;
  user: string;
  /** Without one no basic auth is sent. */
  password: string | undefined;
  /** Absent: the gateway's own default. */
  namespace: string | undefined;
  /** For functions that do not say how much one replica takes. */
  concurrency: number;
}): Gateway {
  const { origin, pathname } = new URL(options.url);
  const base = pathname.replace(/\/$/, '');
  const { namespace } = options;
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

    async invoke(name, jpeg, headers, timeoutMs) {
      const late = new AbortController();
      // not AbortSignal.timeout: its timer outlives the call, and there are hundreds of calls a second
      const timer = setTimeout(() => late.abort(), timeoutMs);
      let response: Dispatcher.ResponseData | undefined;
      try {
        response = await pool.request({
          method: 'POST',
          path: `${base}/function/${name}${suffix}`,
          headers: { ...headers, 'content-type': 'image/jpeg' },
          body: jpeg,
          signal: late.signal,
          headersTimeout: 0, // the signal bounds the whole
          bodyTimeout: 0,
        });
        return {
          kind: 'answer',
          status: response.statusCode,
          contentType: single(response.headers['content-type']) ?? '',
          retryAfterMs: readRetryAfter(single(response.headers['retry-after'])),
          body: Buffer.from(await response.body.arrayBuffer()),
        };
      } catch (error) {
        if (late.signal.aborted) return { kind: 'timeout', reason: `no answer within ${Math.round(timeoutMs)} ms` };
        const reason = inWords(error);
        return response ? { kind: 'broken', reason: `the answer broke off: ${reason}` } : { kind: 'away', reason };
      } finally {
        clearTimeout(timer);
      }
    },

    close: () => pool.close(),
  };
}

/** Seconds or an HTTP date, in milliseconds from now; undefined where it says neither. */
export function readRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The cause of a failed request: where several addresses were tried, that of the last. */
export function inWords(error: unknown): string {
  if (error instanceof AggregateError) return inWords(error.errors.at(-1));
  if (error instanceof errors.ConnectTimeoutError) return `no connection within ${CONNECT_MS} ms`;
  return error instanceof Error ? error.message || error.name : String(error);
}

const basicAuth = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const single = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
