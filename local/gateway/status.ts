/** Where functions live here, as OpenFaaS names it. */
export const NAMESPACE = 'openfaas-fn';

/** One replica that takes requests. */
export interface Endpoint {
  /** Its node id. */
  id: string;
  port: number;
}

/** A function as it stands now. */
export interface FunctionStatus {
  name: string;
  image: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Replicas wanted. */
  replicas: number;
  /** Those that are ready. */
  endpoints: Endpoint[];
  /** ISO 8601. */
  createdAt: string;
}

/** Who runs the functions; the gateway knows no more of it than this. */
export interface FunctionProvider {
  list(): FunctionStatus[];
  /** Resolves once it is noted; replicas come and go after that. @throws ScaleError */
  scale(name: string, replicas: number): Promise<void>;
}

export class ScaleError extends Error {
  override name = 'ScaleError';
}

/** The function that a name means: plain, or with the namespace behind a dot as OpenFaaS allows. */
export function findFunction(provider: FunctionProvider, name: string): FunctionStatus | undefined {
  const plain = name.endsWith(`.${NAMESPACE}`) ? name.slice(0, -NAMESPACE.length - 1) : name;
  return provider.list().find((fn) => fn.name === plain);
}
