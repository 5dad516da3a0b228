import type { Permission, Topology } from '@framewire/contract';
import { basicAuth } from '../../http/url-credentials.ts';
import { TimeoutError, within } from '../../process/wait.ts';

/** RabbitMQ's management API. @param url `http://user:password@host:15672`, the vhost as its path where it is not `/`. */
export interface BrokerAdmin {
  /** @throws Error with the status and RabbitMQ's reason. 404 gives undefined for a GET or DELETE. */
  call<T = unknown>(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T | undefined>;
  /** Encoded for use in a path. */
  readonly vhost: string;
}

export function createBrokerAdmin(url: string): BrokerAdmin {
  const parsed = new URL(url);
  const { host } = parsed;
  const user = decodeURIComponent(parsed.username);
  const authorization = basicAuth(user, decodeURIComponent(parsed.password));
  return {
    vhost: encodeURIComponent(decodeURIComponent(parsed.pathname.slice(1)) || '/'),
    async call<T>(method: string, path: string, body?: unknown) {
      const { status, ok, text } = await within(ANSWER_MS, 'asking', ask(method, path, body)).catch((error) => {
        throw error instanceof TimeoutError
          ? new Error(`${host} did not answer within ${ANSWER_MS} ms: perhaps it is no management API of RabbitMQ`)
          : new Error(`RabbitMQ at ${host} cannot be reached: ${reasonOf(error)}`, { cause: error });
      });
      if (status === 404 && (method === 'GET' || method === 'DELETE')) return undefined;
      if (status === 401)
        throw new Error(`RabbitMQ at ${host} refuses the user "${user}": ${readReason(text) ?? 'wrong password'}`);
      if (!ok) throw new Error(`RabbitMQ answered ${status} to ${method} ${path}: ${text.slice(0, 300)}`);
      return (text ? JSON.parse(text) : undefined) as T;
    },
  };

  async function ask(method: string, path: string, body: unknown) {
    const response = await fetch(`${parsed.origin}/api/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, ok: response.ok, text: await response.text() };
  }
}

/**
 * How long an answer may take, milliseconds. The limit is a timer that keeps the process alive: in Node 20 a `fetch` whose server hangs up
 * never ends, and a program with nothing else to do would exit silently.
 */
const ANSWER_MS = 10_000;

/** What `fetch` itself says is only that it failed. */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof AggregateError ? reasonOf(cause.errors.at(-1)) : cause instanceof Error ? cause.message : message;

function readReason(text: string): string | undefined {
  try {
    return JSON.parse(text).reason;
  } catch {
    return undefined;
  }
}

/** A user of the broker with what it may do. */
export interface UserGrant extends Permission {
  name: string;
  password: string;
  /** `monitoring` may read the management API. Without a tag a user has no part in it. */
  tag?: 'monitoring';
}

/** Declares a topology, and users if given. Idempotent: what exists already is left as it is. */
export async function applyTopology(admin: BrokerAdmin, wanted: Topology, users: UserGrant[] = []): Promise<void> {
  const vhost = admin.vhost;
  const named = (kind: string, name: string) => `${kind}/${vhost}/${encodeURIComponent(name)}`;
  for (const { name, ...policy } of wanted.policies) await admin.call('PUT', named('policies', name), policy);
  for (const { name, ...exchange } of wanted.exchanges) await admin.call('PUT', named('exchanges', name), exchange);
  for (const { name, ...queue } of wanted.queues) await admin.call('PUT', named('queues', name), queue);
  for (const { source, destination, destination_type, routing_key } of wanted.bindings) {
    const path = `bindings/${vhost}/e/${encodeURIComponent(source)}/${destination_type[0]}/${encodeURIComponent(destination)}`;
    await admin.call('POST', path, { routing_key });
  }
  for (const { name, password, tag = '', ...permission } of users) {
    await admin.call('PUT', `users/${encodeURIComponent(name)}`, { password, tags: tag });
    await admin.call('PUT', `permissions/${vhost}/${encodeURIComponent(name)}`, permission);
  }
}
