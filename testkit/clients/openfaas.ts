import { z } from 'zod';
import { readScaleLabels, SCALE_LABEL } from '../../local/gateway/api/scale-labels.ts';

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
export type ReplicaStatus = Pick<z.infer<typeof status>, 'replicas' | 'availableReplicas'>;

/** Between which the number of replicas follows the load. */
export interface Bounds {
  min: number;
  max: number;
}

/** What is asked of an OpenFaaS gateway here. */
export interface GatewayClient {
  /** How many replicas of the function are wanted, and how many take requests. */
  replicas(): Promise<ReplicaStatus>;
  bounds(): Promise<Bounds>;
  /** Deploys the function anew within these bounds, otherwise as it stands. */
  bind(bounds: Bounds): Promise<void>;
  scale(replicas: number): Promise<void>;
  /** As the gateway's `/system/info` names what runs the functions: `faas-netes`, `faasd`. */
  provider(): Promise<string>;
}

/** As long as one answer may take, milliseconds. */
const PATIENCE_MS = 5_000;

export function createGatewayClient(options: {
  url: string;
  user: string;
  password: string;
  functionName: string;
}): GatewayClient {
  const { url, user, password, functionName } = options;
  const base = url.replace(/\/?$/, '/');

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(path, base), {
      ...init,
      headers: { authorization: `Basic ${btoa(`${user}:${password}`)}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) throw new Error(`the gateway answered ${response.status} to ${path}: ${await response.text()}`);
    return response;
  }

  const describe = async () => status.parse(await (await call(`system/function/${functionName}`)).json());

  return {
    replicas: describe,
    async bounds() {
      const { min, max } = readScaleLabels((await describe()).labels);
      return { min, max };
    },
    async bind({ min, max }) {
      const { image, labels, annotations } = await describe();
      const bounds = { [`${SCALE_LABEL}min`]: `${min}`, [`${SCALE_LABEL}max`]: `${max}` };
      const body = JSON.stringify({ service: functionName, image, labels: { ...labels, ...bounds }, annotations });
      await (await call('system/functions', { method: 'PUT', body })).text();
    },
    async scale(replicas) {
      const body = JSON.stringify({ serviceName: functionName, replicas });
      await (await call(`system/scale-function/${functionName}`, { method: 'POST', body })).text();
    },
    async provider() {
      const info = z.object({ provider: z.object({ provider: z.string() }) });
      return info.parse(await (await call('system/info')).json()).provider.provider;
    },
  };
}
