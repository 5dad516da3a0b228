import type { Deployment } from './api/deployment.ts';

/** Where functions live here, as OpenFaaS names it. */
export const NAMESPACE = 'openfaas-fn';

export const LOOPBACK = '127.0.0.1';

/** One replica that takes requests. */
export interface Endpoint {
  /** Its node id. */
  id: string;
  /** Loopback where absent. */
  host?: string;
  port: number;
  /** Whether it has /metrics. */
  metrics?: boolean;
}

/** Host and port of an endpoint, as a URL and a `Host` header write them. */
export const authorityOf = ({ host = LOOPBACK, port }: Pick<Endpoint, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** State of a function. */
export interface FunctionStatus {
  name: string;
  image: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Names of those it was given. */
  secrets: string[];
  /** Replicas wanted. */
  replicas: number;
  /** Those that are ready. */
  endpoints: Endpoint[];
  /** ISO 8601. */
  createdAt: string;
  /** The file that its replicas write their log to. */
  log: string;
}

/** Runs the functions, as a faas-provider does for the OpenFaaS gateway. A call resolves once it is accepted; replicas start and stop after that. */
export interface FunctionProvider {
  list(): FunctionStatus[];
  /** @throws ProviderError */
  scale(name: string, replicas: number): Promise<void>;
  /** A new function. @throws ProviderError when there is one of that name, or it cannot run here. */
  deploy(deployment: Deployment): Promise<void>;
  /** Replicas of the new kind take over from the old ones. @throws ProviderError as above, or when there is none of that name. */
  update(deployment: Deployment): Promise<void>;
  /** @throws ProviderError when there is none of that name. */
  remove(name: string): Promise<void>;
}

/** A request that cannot be met, with the HTTP status for the caller. */
export class ProviderError extends Error {
  override name = 'ProviderError';
  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/** The function that a name means: plain, or with the namespace behind a dot as OpenFaaS allows. */
export function findFunction(provider: Pick<FunctionProvider, 'list'>, name: string): FunctionStatus | undefined {
  const plain = name.endsWith(`.${NAMESPACE}`) ? name.slice(0, -NAMESPACE.length - 1) : name;
  return provider.list().find((fn) => fn.name === plain);
}
