import { basicAuth } from '@framewire/runtime/http';
import { z } from 'zod';
import { readScaleLabels } from '../../local/gateway/api/scale-labels.ts';

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});
const status = z.object({
  image: z.string(),
  replicas: z.number(),
  availableReplicas: z.number().default(0),
  labels: texts,
  annotations: texts,
});
const info = z.object({ provider: z.object({ provider: z.string() }) });

/** Between which the number of replicas follows the load. */
export interface Bounds {
  min: number;
  max: number;
}

/** A client of an OpenFaaS gateway's `/system/` API. */
export interface OpenFaas {
  /** How many replicas are wanted, and how many take requests. */
  describe(name: string): Promise<z.infer<typeof status>>;
  bounds(name: string): Promise<Bounds>;
  scale(name: string, replicas: number): Promise<void>;
  /** Redeploys one of the system's own functions with further environment variables. */
  deploy(name: string, envVars: Record<string, string>): Promise<void>;
  /** What runs the functions: `faas-netes`, `faasd`. */
  provider(): Promise<string>;
}

/** As long as one answer may take, milliseconds. */
const TIMEOUT_MS = 20_000;

export function createOpenFaasClient({
  gateway,
  user = 'admin',
  password,
}: {
  gateway: string;
  user?: string;
  password: string;
}): OpenFaas {
  const base = gateway.replace(/\/?$/, '/');

  async function call(path: string, method = 'GET', body?: unknown): Promise<unknown> {
    const response = await fetch(new URL(`system/${path}`, base), {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { authorization: basicAuth(user, password), 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the gateway answered ${response.status} to ${path}: ${text}`);
    return method === 'GET' ? JSON.parse(text) : undefined;
  }

  const describe = async (name: string) => status.parse(await call(`function/${name}`));
  return {
    describe,
    async bounds(name) {
      const { min, max } = readScaleLabels((await describe(name)).labels);
      return { min, max };
    },
    async scale(serviceName, replicas) {
      await call(`scale-function/${serviceName}`, 'POST', { serviceName, replicas });
    },
    async deploy(service, envVars) {
      await call('functions', 'PUT', { service, image: `framewire/${service}`, envVars });
    },
    provider: async () => info.parse(await call('info')).provider.provider,
  };
}
