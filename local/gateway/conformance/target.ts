import { basicAuth } from '@framewire/runtime/http';

/** A gateway that the contract suite is run against. */
export interface Target {
  url: string;
  username: string;
  password: string;
  /** The probe's image, as that gateway can run it. */
  image: string;
  /** Where functions live. */
  namespace: string;
  /** Where its metrics are read; they are not looked at where absent. */
  metricsUrl?: string;
  /** Whether faasd runs its functions: one replica of each, no word of when it is ready, and a log that is journald's. */
  onFaasd?: boolean;
  /** How long a replica may take to come or go, milliseconds. */
  patience: number;
}

/** The calls of the suite; paths are relative to the gateway. */
export function createCaller({ url, username, password }: Target) {
  const authorization = basicAuth(username, password);
  const system = (method: string, path: string, body?: unknown, headers: Record<string, string> = { authorization }) =>
    fetch(new URL(`system/${path}`, withSlash(url)), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  return {
    system,
    /** The answer's JSON. @throws Error for any status but 200. */
    async read<T>(path: string): Promise<T> {
      const response = await system('GET', path);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`GET /system/${path}: ${response.status} ${text.trim()}`);
      return JSON.parse(text) as T;
    },
    /** The status and the text of an answer. */
    async call(method: string, path: string, body?: unknown): Promise<[number, string]> {
      const response = await system(method, path, body);
      return [response.status, (await response.text()).trim()];
    },
    /** @param path function name, and what follows. */
    invoke: (path: string, init?: RequestInit) => fetch(new URL(`function/${path}`, withSlash(url)), init),
    get: (path: string) => fetch(new URL(path, withSlash(url))),
  };
}
export type Caller = ReturnType<typeof createCaller>;

const withSlash = (url: string) => (url.endsWith('/') ? url : `${url}/`);

/** What the suite reads of OpenFaaS's FunctionStatus. */
export interface Status {
  name: string;
  image: string;
  namespace: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  replicas: number;
  availableReplicas: number;
  invocationCount?: number;
}
