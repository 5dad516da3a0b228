import type { Permission, Topology } from '@framewire/contract';

/** RabbitMQ's management API. @param url `http://user:password@host:15672`, the vhost as its path where it is not `/`. */
export interface BrokerAdmin {
  /** @throws Error with the status and RabbitMQ's reason. 404 gives undefined for a GET or DELETE. */
  call<T = unknown>(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T | undefined>;
  /** As it stands in a path. */
  readonly vhost: string;
}

export function createBrokerAdmin(url: string): BrokerAdmin {
  const parsed = new URL(url);
  const authorization = `Basic ${btoa(`${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`)}`;
  return {
    vhost: encodeURIComponent(decodeURIComponent(parsed.pathname.slice(1)) || '/'),
    async call<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${parsed.origin}/api/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      if (response.status === 404 && (method === 'GET' || method === 'DELETE')) return undefined;
      if (!response.ok)
        throw new Error(`RabbitMQ answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
      return (text ? JSON.parse(text) : undefined) as T;
    },
  };
}

/** A user of the broker with what it may do. */
export interface UserGrant extends Permission {
  name: string;
  password: string;
}

/** Declares a topology, and users where given, and removes what is retired. Idempotent: what stands already is left as it is. */
export async function applyTopology(admin: BrokerAdmin, wanted: Topology, users: UserGrant[] = []): Promise<void> {
  const vhost = admin.vhost;
  const named = (kind: string, name: string) => `${kind}/${vhost}/${encodeURIComponent(name)}`;
  for (const { name, ...policy } of wanted.policies) await admin.call('PUT', named('policies', name), policy);
  for (const { name, ...exchange } of wanted.exchanges) await admin.call('PUT', named('exchanges', name), exchange);
  for (const { name, ...queue } of wanted.queues) await admin.call('PUT', named('queues', name), queue);
  for (const binding of wanted.bindings)
    await admin.call('POST', bindingPath(vhost, binding), { routing_key: binding.routing_key });
  for (const binding of wanted.retired) await removeBinding(admin, binding);
  for (const { name, password, ...permission } of users) {
    await admin.call('PUT', `users/${encodeURIComponent(name)}`, { password, tags: '' });
    await admin.call('PUT', `permissions/${vhost}/${encodeURIComponent(name)}`, permission);
  }
}

type Binding = Topology['bindings'][number];

const bindingPath = (vhost: string, { source, destination, destination_type }: Binding) =>
  `bindings/${vhost}/e/${encodeURIComponent(source)}/${destination_type[0]}/${encodeURIComponent(destination)}`;

/** Nothing happens where it does not stand. */
async function removeBinding(admin: BrokerAdmin, binding: Binding): Promise<void> {
  const path = bindingPath(admin.vhost, binding);
  const found = (await admin.call<{ routing_key: string; properties_key: string }[]>('GET', path)) ?? [];
  for (const { routing_key, properties_key } of found)
    if (routing_key === binding.routing_key)
      await admin.call('DELETE', `${path}/${encodeURIComponent(properties_key)}`);
}
