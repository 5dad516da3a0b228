import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { NAMESPACE } from '../faas-provider.ts';
import { checkNamespace } from './functions.ts';
import { isSecretName, type SecretStore } from './secret-store.ts';

/** OpenFaaS's Secret: a text, or bytes in base64. Its value is never given out again. */
const secretBody = z.object({
  name: z.string(),
  namespace: z.string().nullish(),
  value: z.string().nullish(),
  rawValue: z.base64().nullish(),
});

/** `/secrets`: listed by name, created, replaced, deleted. A function that runs keeps what it read at its start. */
export function secretRoutes(store: SecretStore): Hono {
  const app = new Hono();
  app.get('/secrets', (c) => {
    checkNamespace(c.req.query('namespace'));
    return c.json(store.list().map((name) => ({ name, namespace: NAMESPACE })));
  });
  app.post('/secrets', async (c) => {
    const secret = await read(c);
    if (!secret) return c.text('allowed: {"name": <name>, "value": <text>}\n', 400);
    if (!isSecretName(secret.name))
      return c.text(`secret: (${secret.name}) is invalid, must be a valid DNS entry\n`, 422);
    if (store.has(secret.name)) return c.text(`secret ${secret.name} already exists\n`, 409);
    store.put(secret.name, secret.value);
    return c.body(null, 202);
  });
  app.put('/secrets', async (c) => {
    const secret = await read(c);
    if (!secret) return c.text('allowed: {"name": <name>, "value": <text>}\n', 400);
    if (!store.has(secret.name)) return c.text(`secret ${secret.name} not found\n`, 404);
    store.put(secret.name, secret.value);
    return c.body(null, 202);
  });
  app.delete('/secrets', async (c) => {
    const secret = await read(c);
    if (!secret) return c.text('allowed: {"name": <name>}\n', 400);
    if (!store.has(secret.name)) return c.text(`secret ${secret.name} not found\n`, 404);
    store.remove(secret.name);
    return c.body(null, 202);
  });
  return app;
}

async function read(c: Context): Promise<{ name: string; value: string | Uint8Array } | undefined> {
  const body = secretBody.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) return undefined;
  checkNamespace(body.data.namespace);
  const { name, value, rawValue } = body.data;
  return { name, value: rawValue ? Buffer.from(rawValue, 'base64') : (value ?? '') };
}
