import { EXCHANGE, type Permission, type Topology } from '@framewire/contract';
import type { UserGrant } from '@framewire/runtime/amqp';
import type { ActualState } from './actual-state.ts';
import { isPassword } from './password.ts';

type Kind = 'vhost' | 'exchange' | 'queue' | 'binding' | 'policy' | 'user';

/**
 * A difference between actual and desired state:
 * - `make`: it is missing;
 * - `change`: it exists and can be changed in place;
 * - `conflict`: something else has its name, and only deleting that would help;
 * - `remark`: it exists and is not desired, or cannot be changed; it is left alone.
 */
export interface Difference {
  change: 'make' | 'change' | 'conflict' | 'remark';
  kind: Kind;
  name: string;
  message: string;
}

/** All differences, in the order in which they are to be resolved. */
export function differences(actual: ActualState, desired: Topology, users: UserGrant[]): Difference[] {
  return [
    ...vhost(actual),
    ...desired.policies.flatMap((policy) => policyDifference(actual, policy)),
    ...desired.exchanges.flatMap((exchange) => exchangeDifference(actual, exchange)),
    ...desired.queues.flatMap((queue) => queueDifference(actual, queue)),
    ...desired.bindings.flatMap((binding) => bindingDifference(actual, binding)),
    ...users.flatMap((user) => userDifference(actual, user)),
    ...leftovers(actual, desired),
  ];
}

/** The name of a binding, which has none in RabbitMQ. */
export const bindingName = ({ source, destination, routing_key }: Binding) =>
  `${source} -> ${destination} (${routing_key})`;

function vhost({ vhost }: ActualState): Difference[] {
  if (!vhost) return [{ change: 'make', kind: 'vhost', name: '', message: 'default queue type quorum' }];
  if (vhost.default_queue_type === 'quorum') return [];
  const message = 'its default queue type is not quorum: a program that declares frame_queue without a type is refused';
  return [{ change: 'remark', kind: 'vhost', name: '', message }];
}

function policyDifference(actual: ActualState, desired: Topology['policies'][number]): Difference[] {
  const is = { kind: 'policy', name: desired.name } as const;
  const found = actual.policies.find(({ name }) => name === desired.name);
  if (!found) return [{ change: 'make', ...is, message: describe(desired.definition) }];
  const { definition: before, ...rest } = found;
  const changed = { ...changes(before, desired.definition), ...changes(pick(rest), pick(desired)) };
  if (Object.keys(changed).length === 0) return [];
  return [{ change: 'change', ...is, message: describe(changed) }];
}

function exchangeDifference(actual: ActualState, desired: Topology['exchanges'][number]): Difference[] {
  const is = { kind: 'exchange', name: desired.name } as const;
  const found = actual.exchanges.find(({ name }) => name === desired.name);
  if (!found) return [{ change: 'make', ...is, message: desired.type }];
  if (found.type === desired.type && found.durable === desired.durable) return [];
  const type = `${found.durable ? '' : 'transient '}${found.type}`;
  return [{ change: 'conflict', ...is, message: `is ${type}, should be ${desired.type}` }];
}

function queueDifference(actual: ActualState, desired: Topology['queues'][number]): Difference[] {
  const is = { kind: 'queue', name: desired.name } as const;
  const type = desired.arguments['x-queue-type'];
  const found = actual.queues.find(({ name }) => name === desired.name);
  if (!found) return [{ change: 'make', ...is, message: `${type}` }];
  if (found.type === undefined || found.type === type) return []; // a queue whose node is away tells no type
  const message = `is ${found.type}, should be ${type}: move its messages elsewhere, delete it and run this again`;
  return [{ change: 'conflict', ...is, message }];
}

function bindingDifference({ bindings }: ActualState, desired: Binding): Difference[] {
  if (bindings.some(isSame(desired))) return [];
  return [{ change: 'make', kind: 'binding', name: bindingName(desired), message: desired.destination_type }];
}

type Binding = Topology['bindings'][number];

const isSame = (binding: Binding) => (other: Binding) =>
  bindingName(other) === bindingName(binding) && other.destination_type === binding.destination_type;

function userDifference({ users }: ActualState, { name, password, ...desired }: UserGrant): Difference[] {
  const is = { kind: 'user', name } as const;
  const found = users.get(name);
  if (!found) return [{ change: 'make', ...is, message: describe(desired) }];
  const tags = [found.tags].flat().filter(Boolean);
  const more = tags.filter((tag) => tag !== desired.tag).join(', ');
  if (more)
    return [{ change: 'conflict', ...is, message: `has the tag ${more}, which no part needs: name another user` }];
  const before = { ...found.permission, ...(tags.length > 0 && { tag: desired.tag }) };
  const changed = describe(changes<Permission & Pick<UserGrant, 'tag'>>(before, desired));
  const message = [isPassword(password, found) ? '' : 'another password', changed].filter(Boolean).join(', ');
  return message ? [{ change: 'change', ...is, message }] : [];
}

/**
 * Bindings that are not desired and take messages. A durable queue would have each frame detected twice. A binding to `frames` makes the
 * broker confirm frames that no detection queue took.
 */
function leftovers({ bindings, queues }: ActualState, desired: Topology): Difference[] {
  const sources = new Set(desired.exchanges.map(({ name }) => name));
  const durable = new Set(queues.filter((queue) => queue.durable && !queue.exclusive).map(({ name }) => name));
  return bindings
    .filter((one) => sources.has(one.source) && !desired.bindings.some(isSame(one)))
    .filter((one) => one.source === EXCHANGE.frames || durable.has(one.destination))
    .map((one) => ({ change: 'remark', kind: 'binding', name: bindingName(one), message: leftoverMessage(one) }));
}

const leftoverMessage = ({ source }: Binding) =>
  source === EXCHANGE.frames
    ? 'is not desired and is left alone: frames that it alone takes are confirmed to their sources'
    : 'is not desired and is left alone';

/** The entries of `after` that differ in `before`. */
function changes<T extends object>(before: Partial<T>, after: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => before[key as keyof T] !== value),
  ) as Partial<T>;
}

const pick = (policy: { pattern: string; 'apply-to': string; priority: number }) => ({
  pattern: policy.pattern,
  'apply-to': policy['apply-to'],
  priority: policy.priority,
});

const describe = (values: object) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
