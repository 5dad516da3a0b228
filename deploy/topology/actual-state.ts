import type { Permission, Topology } from '@framewire/contract';
import type { BrokerAdmin } from '@framewire/runtime/amqp';

/** State of a vhost, as the management API reports it. */
export interface ActualState {
  /** As it stands in a path of the API. */
  vhostPath: string;
  nodes: { name: string; running: boolean }[];
  /** Absent if the vhost does not exist. */
  vhost?: { default_queue_type?: string };
  exchanges: { name: string; type: string; durable: boolean }[];
  queues: { name: string; type?: string; durable: boolean; exclusive?: boolean; members?: string[] }[];
  bindings: Topology['bindings'];
  policies: {
    name: string;
    pattern: string;
    'apply-to': string;
    priority: number;
    definition: Record<string, string | number>;
  }[];
  users: Map<string, ActualUser>;
}

export interface ActualUser {
  password_hash: string;
  hashing_algorithm: string;
  tags: string[] | string;
  /** In this vhost. */
  permission?: Permission;
}

/** @throws Error when RabbitMQ cannot be reached, or the address is no administrator's. */
export async function readActualState(admin: BrokerAdmin, users: string[]): Promise<ActualState> {
  const { vhost } = admin;
  const found = await admin.call<ActualState['vhost']>('GET', `vhosts/${vhost}`);
  const list = async <T>(kind: string) => (found && (await admin.call<T[]>('GET', `${kind}/${vhost}`))) ?? [];
  return {
    vhostPath: vhost,
    nodes: (await admin.call<ActualState['nodes']>('GET', 'nodes')) ?? [],
    vhost: found,
    exchanges: await list('exchanges'),
    queues: await list('queues'),
    bindings: await list('bindings'),
    policies: await list('policies'),
    users: new Map(
      (await Promise.all(users.map((name) => readUser(admin, name)))).filter((entry) => entry !== undefined),
    ),
  };
}

async function readUser(admin: BrokerAdmin, name: string): Promise<[string, ActualUser] | undefined> {
  const path = encodeURIComponent(name);
  const user = await admin.call<ActualUser>('GET', `users/${path}`);
  if (!user) return undefined;
  const permission = await admin.call<Permission>('GET', `permissions/${admin.vhost}/${path}`);
  return [name, { ...user, permission }];
}
