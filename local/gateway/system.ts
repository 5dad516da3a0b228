import { Hono } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { z } from 'zod';
import { alertBody, replicasAfter } from './alert.ts';
import type { GatewayMetrics } from './metrics.ts';
import { type FunctionProvider, type FunctionStatus, findFunction, NAMESPACE, ScaleError } from './status.ts';

const scaleBody = z.object({ replicas: z.int().nonnegative() });

/** What the gateway answers itself: `/system/...` as the OpenFaaS gateway does, behind basic auth, and `/healthz`. */
export function createSystem(options: {
  provider: FunctionProvider;
  metrics: GatewayMetrics;
  username: string;
  password: string;
}): Hono {
  const { provider, metrics, username, password } = options;
  const app = new Hono();
  app.get('/healthz', (c) => c.text('OK'));
  app.use('/system/*', basicAuth({ username, password, realm: 'Restricted' }));

  app.get('/system/functions', (c) =>
    c.json(inNamespace(c.req.query('namespace')) ? provider.list().map(describe) : []),
  );
  app.get('/system/function/:name', (c) => {
    const fn = find(c.req.param('name'));
    return fn ? c.json(describe(fn)) : c.text(notFound(c.req.param('name')), 404);
  });
  app.get('/system/namespaces', (c) => c.json([NAMESPACE]));
  app.get('/system/info', (c) =>
    c.json({
      provider: { provider: 'framewire-local', orchestration: 'processes', version: { release: '0.1.0', sha: '' } },
      version: { release: '0.1.0', sha: '', commit_message: '' },
      arch: process.arch === 'x64' ? 'x86_64' : process.arch,
    }),
  );

  app.post('/system/scale-function/:name', async (c) => {
    const fn = find(c.req.param('name'));
    if (!fn) return c.text(notFound(c.req.param('name')), 404);
    const body = scaleBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.text('allowed: {"serviceName": <name>, "replicas": <whole number>}\n', 400);
    await provider.scale(fn.name, body.data.replicas);
    return c.body(null, 202);
  });

  app.post('/system/alert', async (c) => {
    const body = alertBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.text('Unable to read alert.\n', 400);
    for (const { status, labels } of body.data.alerts) {
      const fn = find(labels.function_name);
      if (!fn) return c.text(`error finding function ${labels.function_name}\n`, 500);
      const replicas = replicasAfter(status, fn);
      if (replicas !== fn.replicas) await provider.scale(fn.name, replicas);
    }
    return c.body(null, 200);
  });

  app.onError((error, c) => {
    if (error instanceof ScaleError) return c.text(`${error.message}\n`, 400);
    if ('getResponse' in error) return error.getResponse();
    return c.text(`${error.message}\n`, 500);
  });

  const find = (name: string) => findFunction(provider, name);

  const describe = (fn: FunctionStatus) => ({
    name: fn.name,
    image: fn.image,
    namespace: NAMESPACE,
    labels: fn.labels,
    annotations: fn.annotations,
    invocationCount: metrics.invocations(fn.name),
    replicas: fn.replicas,
    availableReplicas: fn.endpoints.length,
    createdAt: fn.createdAt,
  });
  return app;
}

const inNamespace = (asked: string | undefined) => !asked || asked === NAMESPACE;
const notFound = (name: string) => `function ${name} not found\n`;
