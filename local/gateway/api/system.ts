import { bodyOf, checkParameters, createUploads, HttpError } from '@framewire/runtime/http';
import { VERSION } from '@framewire/runtime/telemetry';
import { Hono } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { type FunctionProvider, NAMESPACE, ProviderError } from '../faas-provider.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { alertRoutes } from './alert.ts';
import { functionRoutes } from './functions.ts';
import { logRoutes } from './logs.ts';
import type { SecretStore } from './secret-store.ts';
import { secretRoutes } from './secrets.ts';

/** What faas-cli says in an address; the provider of this machine needs no more of it than the namespace. */
const PARAMETERS = ['namespace', 'usage'];
const LOG_PARAMETERS = ['namespace', 'name', 'instance', 'since', 'tail', 'follow'];

/** The largest body of a call, and of all together, bytes. */
const MAX_BODY = 1_000_000;
const MAX_BODIES = 8 * MAX_BODY;
/** From the head of a call to the end of its body, milliseconds. */
const BODY_MS = 10_000;

/** What the gateway answers itself: `/system/...` as the OpenFaaS gateway does, behind basic auth, and `/healthz`. */
export function createSystem(options: {
  provider: FunctionProvider;
  secrets: SecretStore;
  metrics: GatewayMetrics;
  username: string;
  password: string;
  /** Bounds a log that is followed, milliseconds. */
  upstreamTimeoutMs: number;
  /** Ends it. */
  ending: AbortSignal;
}): Hono {
  const { provider, secrets, username, password, upstreamTimeoutMs, ending } = options;
  const app = new Hono();
  const uploads = createUploads({ maxBytes: MAX_BODIES, timeoutMs: BODY_MS });
  app.use(async function readBody(c, next) {
    await uploads.admit(bodyOf(c), MAX_BODY, async (upload) => {
      const body = await upload.read();
      if (body.length > 0) c.req.raw = new Request(c.req.raw, { body });
      await next();
    });
  });
  app.get('/healthz', (c) => c.text('OK'));
  app.use(
    '/system/*',
    basicAuth({ username, password, realm: 'Restricted', invalidUserMessage: 'invalid credentials' }),
  );
  app.use('/system/*', async function checkQuery(c, next) {
    checkParameters(c.req.queries(), c.req.path === '/system/logs' ? LOG_PARAMETERS : PARAMETERS);
    await next();
  });
  app.route('/system', functionRoutes(options));
  app.route('/system', secretRoutes(secrets));
  app.route('/system', logRoutes(provider, upstreamTimeoutMs, ending));
  app.route('/system', alertRoutes(provider));

  app.get('/system/namespaces', (c) => c.json([NAMESPACE]));
  app.get('/system/info', (c) =>
    c.json({
      provider: { provider: 'framewire-local', orchestration: 'processes', version: { release: VERSION, sha: '' } },
      version: { release: VERSION, sha: '', commit_message: '' },
      arch: process.arch === 'x64' ? 'x86_64' : process.arch,
    }),
  );

  app.onError((error, c) => {
    if (error instanceof HttpError) return c.text(`${error.message}\n`, error.status, error.headers);
    if (error instanceof ProviderError) return c.text(`${error.message}\n`, error.status);
    if ('getResponse' in error) return error.getResponse();
    return c.text(`${error.message}\n`, 500);
  });
  return app;
}
