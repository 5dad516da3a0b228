import type { GuardedRequest, HttpGuard } from '@framewire/runtime/http';

/** Headers of every page: nothing from elsewhere runs on it, and it speaks to its own host alone. */
export interface PagePolicy {
  /** Of the dashboard; its pictures are blobs. @param scripts hashes of its inline scripts. */
  dashboard(request: GuardedRequest, scripts?: string[]): Record<string, string>;
  /** Of a page of one file. @param hashes of its inline script and style, as a policy names them. */
  alone(hashes: { script: string; style: string }): Record<string, string>;
}

/** @param embeddedBy origins whose pages may frame ours, besides ours. */
export function createPagePolicy(guard: HttpGuard, embeddedBy: string[]): PagePolicy {
  const frame = ["frame-ancestors 'self'", ...embeddedBy].join(' ');
  const common = ["base-uri 'none'", "object-src 'none'", "form-action 'self'", frame];
  const headers = (...directives: string[]) => ({
    'content-security-policy': [...directives, ...common].join('; '),
    // a page that sends no referrer to its own server sends its forms with `Origin: null`
    'referrer-policy': 'same-origin',
  });
  return {
    dashboard(request, scripts = []) {
      // not every browser takes 'self' to hold for WebSockets too
      const sockets = guard.hostsOf(request).flatMap((host) => [`ws://${host}`, `wss://${host}`]);
      return headers(
        "default-src 'self'",
        ["script-src 'self'", ...scripts.map((hash) => `'${hash}'`)].join(' '),
        ["connect-src 'self'", ...sockets].join(' '),
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
      );
    },
    alone: ({ script, style }) =>
      headers("default-src 'none'", `script-src '${script}'`, `style-src '${style}'`, 'img-src data:'),
  };
}
