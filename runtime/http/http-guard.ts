import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6 } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { isLoopback, trustedProxies } from './address.ts';
import { HttpError } from './http-error.ts';

export interface HttpGuardOptions {
  /** The address that is bound to. Bound to loopback, the Host is checked. */
  host: string;
  /** Names that the Host may be besides those of loopback; `*`: any. */
  allowedHosts?: string[];
  /** Other origins whose pages may ask, `https://example.org`. */
  allowedOrigins?: string[];
  /** Peers whose `X-Forwarded-…` headers are believed: `loopback`, addresses, subnets. */
  trustProxy?: string[];
}

/** As much of a request as is looked at. */
export interface GuardedRequest {
  headers: IncomingHttpHeaders;
  socket?: { remoteAddress?: string };
}

/** The request that a Hono app answers, as the guard looks at it. */
export const guardedRequest = (c: Context): GuardedRequest => ({
  headers: Object.fromEntries(c.req.raw.headers),
  socket: (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket,
});

/**
 * Keeps out pages that a browser on this machine happens to show. Whoever can open a connection but is no browser sends neither a
 * foreign Host nor an Origin: keys are for them.
 */
export interface HttpGuard {
  /** @throws HttpError 403 `host` (a name that was rebound to this address), `origin` (a page of another origin). */
  check(request: GuardedRequest): void;
  /** Whether it comes from a page of this server, or from no page. One of `allowedOrigins` is none of this server's. */
  isOwn(request: GuardedRequest): boolean;
  /** The hosts under which this server was asked, as a browser spells them: the Host, and what a trusted proxy was asked for. */
  hostsOf(request: GuardedRequest): string[];
  /** Who asked: the peer, or the one that a trusted proxy names. */
  clientOf(request: GuardedRequest): string;
  /** Whether the page is asked for over https, as far as a trusted proxy or the page's origin says. */
  isSecure(request: GuardedRequest): boolean;
}

export function createHttpGuard(options: HttpGuardOptions): HttpGuard {
  const { allowedHosts = [], allowedOrigins = [], trustProxy = [] } = options;
  const hosts = allowedHosts.map((name) => name.toLowerCase());
  const checksHost = !hosts.includes('*') && (isLoopback(options.host) || hosts.length > 0);
  const isTrusted = trustedProxies(trustProxy);
  /** The Host that was let in last: the requests of a kept connection all name the same. */
  let lastHost: string | undefined;

  /** The last value of a header that a trusted proxy set: the ones before it came from further away. */
  const forwarded = ({ headers, socket }: GuardedRequest, name: string): string | undefined =>
    isTrusted(socket?.remoteAddress)
      ? String(headers[name] ?? '')
          .split(',')
          .at(-1)
          ?.trim() || undefined
      : undefined;

  const hostsOf = (request: GuardedRequest) =>
    [request.headers.host, forwarded(request, 'x-forwarded-host')].filter(
      (host): host is string => host !== undefined && nameOf(host) !== undefined,
    );

  function isOwn(request: GuardedRequest): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return true;
    const page = parseOrigin(origin);
    return (
      page !== undefined && hostsOf(request).some((host) => new URL(`${page.protocol}//${host}`).host === page.host)
    );
  }

  return {
    isOwn,
    hostsOf,
    check(request) {
      const { host, origin } = request.headers;
      // HTTP/1.0 sends none, and no browser speaks that
      if (host !== undefined && checksHost && host !== lastHost) {
        const name = nameOf(host);
        if (name === undefined || !(isLoopback(name) || hosts.includes(name) || hosts.includes(host.toLowerCase())))
          throw new HttpError(403, 'host', `nothing is served here as ${quote(host)}: ALLOWED_HOSTS names other hosts`);
        lastHost = host;
      }
      if (origin !== undefined) {
        if (allowedOrigins.includes(origin) || isOwn(request)) return;
        throw new HttpError(
          403,
          'origin',
          `pages of ${quote(origin)} may not ask here: ALLOWED_ORIGINS names those that may`,
        );
      }
      // an image, a script, a prefetch of another page has no Origin; a link that a person follows may lead here
      const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
      if ((site === 'cross-site' || site === 'same-site') && mode !== 'navigate')
        throw new HttpError(
          403,
          'origin',
          'pages of other origins may not ask here: ALLOWED_ORIGINS names those that may',
        );
    },
    clientOf: (request) => forwarded(request, 'x-forwarded-for') ?? request.socket?.remoteAddress ?? 'unknown',
    isSecure: (request) =>
      forwarded(request, 'x-forwarded-proto') === 'https' || request.headers.origin?.startsWith('https://') === true,
  };
}

const quote = (text: string) => JSON.stringify(text.slice(0, 200));

/** Undefined for `null` and for all else that is no origin of a page over http. */
function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) && url.origin === text ? url : undefined;
}

/** The name or address in a Host header, without its port; undefined where it is none. */
function nameOf(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed.toLowerCase() : undefined;
  return plain?.toLowerCase();
}
