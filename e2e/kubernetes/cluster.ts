import type { ResultRecord } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { silentLog } from '@framewire/testkit';
import { forward, kubectl, readSecret } from './kubectl.ts';
import { FUNCTIONS, OPENFAAS, PARTS, type Variant } from './variant.ts';

/** The system as docs/openfaas.md sets it up in the cluster that kubectl names, each of its doors on loopback. */
export interface Cluster {
  gateway: string;
  /** results-ws without the gateway between. */
  results: string;
  prometheus: string;
  keys: { ingest: string; results: string };
  /** As the user that publishes frames, and as the one that reads results. */
  producing: Broker;
  reading: Broker;
  /** So many replicas of detect-faces; resolves once each of them takes requests and all others have ended. */
  scale(replicas: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the doors. A broker of one's own is reached where its address says. */
export async function openCluster({ brokers }: Variant): Promise<Cluster> {
  const closers: (() => unknown)[] = [];
  const door = async (namespace: string, service: string, port: number) => {
    const { port: own, close } = await forward(namespace, service, port);
    closers.push(close);
    return `127.0.0.1:${own}`;
  };
  const gateway = `http://${await door(OPENFAAS, 'gateway', 8080)}`;
  const results = `http://${await door(FUNCTIONS, 'results-ws', 8080)}`;
  const prometheus = `http://${await door(PARTS, 'prometheus', 9090)}`;
  const amqp = brokers && (await door(PARTS, 'rabbitmq', 5672));
  const brokerAs = async (user: 'ingest' | 'results') => {
    const address = new URL(await readSecret(PARTS, 'broker-users', `${user}-amqp-url`));
    if (amqp) address.host = amqp;
    const broker = createBroker({ url: address.href, name: 'cluster-test', log: silentLog });
    closers.push(() => broker.close());
    return broker;
  };

  return {
    gateway,
    results,
    prometheus,
    keys: {
      ingest: await readSecret(FUNCTIONS, 'ingest-key'),
      results: await readSecret(FUNCTIONS, 'results-key'),
    },
    producing: await brokerAs('ingest'),
    reading: await brokerAs('results'),
    async scale(replicas) {
      await kubectl('-n', FUNCTIONS, 'scale', 'deployment/detect-faces', `--replicas=${replicas}`);
      await kubectl('-n', FUNCTIONS, 'rollout', 'status', 'deployment/detect-faces', '--timeout=120s');
    },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}

/** Frames that each replica detected. */
export function byReplica(records: readonly ResultRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, node_id = '' } of records)
    if (outcome === 'detected') counts.set(node_id, (counts.get(node_id) ?? 0) + 1);
  return counts;
}
