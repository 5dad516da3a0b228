import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  type FunctionProvider,
  type FunctionStatus,
  findFunction,
  NAMESPACE,
  ProviderError,
} from '../faas-provider.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { type Deployment, deployment } from './deployment.ts';

const scaleBody = z.object({ replicas: z.int().nonnegative() });
const removeBody = z.object({ functionName: z.string().min(1), namespace: z.string().nullish() });

/** Functions listed, described, deployed, updated, removed and scaled, as faas-cli asks for it. */
export function functionRoutes({ provider, metrics }: { provider: FunctionProvider; metrics: GatewayMetrics }): Hono {
  const app = new Hono();

  app.get('/functions', (c) => {
    checkNamespace(c.req.query('namespace'));
    return c.json(provider.list().map(describe));
  });
  app.post('/functions', async (c) => {
    await provider.deploy(await readDeployment(c));
    return c.body(null, 202);
  });
  app.put('/functions', async (c) => {
    await provider.update(await readDeployment(c));
    return c.body(null, 202);
  });
  app.delete('/functions', async (c) => {
    const body = removeBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.text('allowed: {"functionName": <name>}\n', 400);
    checkNamespace(c.req.query('namespace') ?? body.data.namespace);
    await provider.remove(body.data.functionName);
    return c.body(null, 202);
  });

  app.get('/function/:name', (c) => {
    checkNamespace(c.req.query('namespace'));
    return c.json(describe(find(c.req.param('name'))));
  });
  app.post('/scale-function/:name', async (c) => {
    checkNamespace(c.req.query('namespace'));
    const fn = find(c.req.param('name'));
    const body = scaleBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.text('allowed: {"serviceName": <name>, "replicas": <whole number>}\n', 400);
    await provider.scale(fn.name, Math.max(1, body.data.replicas));
    return c.body(null, 202);
  });
  return app;

  function find(name: string): FunctionStatus {
    const fn = findFunction(provider, name);
    if (!fn) throw new ProviderError(404, `function ${name} not found`);
    return fn;
  }

  function describe(fn: FunctionStatus) {
    return {
      name: fn.name,
      image: fn.image,
      namespace: NAMESPACE,
      labels: { faas_function: fn.name, ...fn.labels },
      annotations: fn.annotations,
      secrets: fn.secrets,
      invocationCount: metrics.invocations(fn.name),
      replicas: fn.replicas,
      availableReplicas: fn.endpoints.length,
      createdAt: fn.createdAt,
    };
  }
}

async function readDeployment(c: Context): Promise<Deployment> {
  const body = deployment.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) throw new ProviderError(400, `validation failed: ${body.error.issues[0]?.message}`);
  checkNamespace(body.data.namespace);
  return body.data;
}

/** @throws ProviderError for any namespace but the one that there is. */
export function checkNamespace(asked: string | null | undefined): void {
  if (asked && asked !== NAMESPACE) throw new ProviderError(400, `namespace must be: ${NAMESPACE}`);
}
