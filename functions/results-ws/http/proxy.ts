import { bodyOf, createUploads, HttpError, type Uploads } from '@framewire/runtime/http';
import type { Context } from 'hono';
import { proxy } from 'hono/proxy';

/** How long it may take until an answer begins, milliseconds. */
const TIMEOUT_MS = 15_000;
/** A small body may take so long to come, milliseconds. */
const UPLOAD_MS = 5_000;

/** Another part, which browsers reach by way of results-ws alone: they need to know neither its address nor its key. */
export interface Upstream {
  /** As messages name it. */
  name: string;
  /** Undefined where there is none: requests are answered with `missing`. */
  url: string | undefined;
  /** It is sent as a bearer token. */
  key?: string;
  /** 404, and the setting that would name it. */
  missing: { code: string; message: string };
  /** What its absence is answered with. */
  unreachable: { code: string; status: 502 | 503 };
  /** Headers of the request that are passed on besides its type. */
  headers?: readonly string[];
  /** A body is read whole first and may be so large, bytes. Absent: it is passed on as it comes. */
  maxBody?: number;
  timeoutMs?: number;
}

/**
 * Passes a request on with its parameters, its type and its body, and the answer back. The caller's key, cookies and other headers stay
 * here, and so do cookies of the answer. An answer without `cache-control` is not stored.
 * @param path below the address of the upstream, escaped.
 * @param headers that are set, whatever the caller sent.
 * @throws HttpError where there is no such part, or it does not answer.
 */
export type Forward = (c: Context, path?: string, headers?: Record<string, string>) => Promise<Response>;

export function createProxy(upstream: Upstream): Forward {
  const { name, url, key, missing, unreachable, headers: passed = [], maxBody, timeoutMs = TIMEOUT_MS } = upstream;
  const uploads = maxBody === undefined ? undefined : createUploads({ maxBytes: 10 * maxBody, timeoutMs: UPLOAD_MS });

  function addressOf(base: string, path: string, search: string): URL {
    const address = new URL(base);
    if (path) address.pathname = address.pathname.replace(/\/+$/, '') + path;
    address.search = search;
    address.searchParams.delete('key'); // ours, not that part's
    return address;
  }

  return async function pass(c, path = '', headers = {}) {
    if (!url) throw new HttpError(404, missing.code, missing.message);
    const address = addressOf(url, path, new URL(c.req.url).search);
    const body = await bodyFor(c, uploads, maxBody);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    try {
      const answer = await proxy(address, {
        method: c.req.method,
        headers: {
          ...Object.fromEntries(['content-type', ...passed].map((header) => [header, c.req.header(header)])),
          ...headers,
          authorization: key && `Bearer ${key}`,
        },
        body,
        duplex: 'half',
        redirect: 'manual',
        signal: AbortSignal.any([late.signal, c.req.raw.signal]),
      } as RequestInit);
      answer.headers.delete('set-cookie'); // ours are of this address too
      if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store');
      return answer;
    } catch {
      const why = late.signal.aborted ? `${name}: no answer within ${timeoutMs / 1000} s` : `${name} cannot be reached`;
      throw new HttpError(unreachable.status, unreachable.code, why, { 'retry-after': '1' });
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * Where a request goes below an upstream: its path behind `prefix`.
 * @throws HttpError 404 where dots in it lead elsewhere.
 */
export function pathBehind(c: Context, prefix: string): string {
  const { pathname } = new URL(c.req.url);
  if (!pathname.startsWith(`${prefix}/`)) throw new HttpError(404, 'not_found', `there is nothing at ${pathname}`);
  return pathname.slice(prefix.length);
}

async function bodyFor(c: Context, uploads: Uploads | undefined, maxBody = 0): Promise<BodyInit | null | undefined> {
  if (!['POST', 'PUT', 'PATCH'].includes(c.req.method)) return undefined;
  return uploads ? uploads.admit(bodyOf(c), maxBody, (upload) => upload.read()) : c.req.raw.body;
}
