import { lookup as lookupName } from 'node:dns/promises';
import { TOPIC_ANNOTATION } from '@framewire/contract';
import { repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import {
  authorityOf,
  type Endpoint,
  type FunctionProvider,
  type FunctionStatus,
  ProviderError,
} from '../faas-provider.ts';

/** A function whose replicas somebody else runs. */
export interface Service {
  /** Its name, by which DNS knows the address of each replica. */
  name: string;
  /** The queue that it takes frames from. */
  topic?: string;
}

export interface DnsProviderOptions {
  services: Service[];
  /** Where each replica listens. */
  port: number;
  log: Log;
  /** Milliseconds between two looks. */
  everyMs?: number;
  lookup?(name: string): Promise<string[]>;
}

/** How long a replica may take to say that it is ready, milliseconds. */
const READY_MS = 2_000;

/**
 * Finds the replicas of functions by DNS, as Docker's answers for a service that Compose scales. A replica takes requests while it says
 * that it is ready. `list` is empty of replicas until `known` resolves.
 */
export function createDnsProvider(
  options: DnsProviderOptions,
): FunctionProvider & { known: Promise<void>; close(): void } {
  const { services, port, log, everyMs = 1_000, lookup = addressesOf } = options;
  const createdAt = new Date().toISOString();
  const found = new Map<string, { addresses: number; endpoints: Endpoint[] }>();
  let foundAll = () => {};
  const known = new Promise<void>((resolve) => {
    foundAll = resolve;
  });

  async function look(name: string): Promise<void> {
    const addresses = await lookup(name);
    const ready = await Promise.all(addresses.map((host) => isReady(host, port)));
    const endpoints = addresses
      .filter((_, index) => ready[index])
      .map((host) => ({ id: host, host, port, metrics: true }));
    const before = found.get(name)?.endpoints.length ?? 0;
    if (endpoints.length !== before) log.info({ function: name, replicas: endpoints.length }, 'replicas changed');
    found.set(name, { addresses: addresses.length, endpoints });
  }

  async function lookAtAll(): Promise<void> {
    await Promise.all(services.map(({ name }) => look(name)));
    foundAll();
  }
  const close = repeat(lookAtAll, everyMs, log, 'looking for replicas');

  const decides = (name: string) => `Compose runs ${name}: docker compose up --scale ${name}=N`;
  const refuse = async (name: string) => Promise.reject(new ProviderError(400, decides(name)));
  return {
    known,
    close,
    list: () =>
      services.map(({ name, topic }): FunctionStatus => {
        const { addresses, endpoints } = found.get(name) ?? { addresses: 0, endpoints: [] };
        return {
          name,
          image: `framewire/${name}`,
          labels: {},
          annotations: topic ? { [TOPIC_ANNOTATION]: topic } : {},
          secrets: [],
          replicas: addresses,
          endpoints,
          createdAt,
          log: '',
        };
      }),
    scale: refuse,
    deploy: ({ service }) => refuse(service),
    update: ({ service }) => refuse(service),
    remove: refuse,
  };
}

/** Empty where nobody is of that name now. */
async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookupName(name, { all: true })).map(({ address }) => address).sort();
  } catch {
    return [];
  }
}

async function isReady(host: string, port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${authorityOf({ host, port })}/_/ready`, {
      signal: AbortSignal.timeout(READY_MS),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
