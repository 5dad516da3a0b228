import { EXCHANGE, type Permission, type Topology } from '@framewire/contract';
import type { UserGrant } from '@framewire/runtime/amqp';
import type { Standing } from './actual-state.ts';
import { isPassword } from './password.ts';

type Kind = 'vhost' | 'exchange' | 'queue' | 'binding' | 'policy' | 'user';

/**
 * One thing that is not as it should be:
 * - `make`: it is missing;
 * - `remove`: an earlier version bound it, and it does harm;
 * - `change`: it stands and can be changed in place;
 * - `conflict`: something else stands under its name, and a step that deletes no queue cannot help;
 * - `remark`: it stands and is not asked for, or cannot be changed; it is left alone.
 */
export interface Difference {
  change: 'make' | 'change' | 'remove' | 'conflict' | 'remark';
  kind: Kind;
  name: string;
  words: string;
}

/** All differences, in the order in which they are to be mended. */
export function differences(standing: Standing, wanted: Topology, users: UserGrant[]): Difference[] {
  return [
    ...vhost(standing),
    ...wanted.policies.flatMap((policy) => policyDifference(standing, policy)),
    ...wanted.exchanges.flatMap((exchange) => exchangeDifference(standing, exchange)),
    ...wanted.queues.flatMap((queue) => queueDifference(standing, queue)),
    ...wanted.bindings.flatMap((binding) => bindingDifference(standing, binding)),
    ...wanted.retired.flatMap((binding) => retiredDifference(standing, binding)),
    ...users.flatMap((user) => userDifference(standing, user)),
    ...leftovers(standing, wanted),
  ];
}

/** As a binding is named where nothing else names it. */
export const bindingName = ({ source, destination, routing_key }: Binding) =>
  `${source} -> ${destination} (${routing_key})`;

function vhost({ vhost }: Standing): Difference[] {
  if (!vhost) return [{ change: 'make', kind: 'vhost', name: '', words: 'default queue type quorum' }];
  if (vhost.default_queue_type === 'quorum') return [];
  const words = 'its default queue type is not quorum: a program that declares frame_queue without a type is refused';
  return [{ change: 'remark', kind: 'vhost', name: '', words }];
}

function policyDifference(standing: Standing, wanted: Topology['policies'][number]): Difference[] {
  const is = { kind: 'policy', name: wanted.name } as const;
  const found = standing.policies.find(({ name }) => name === wanted.name);
  if (!found) return [{ change: 'make', ...is, words: inWords(wanted.definition) }];
  const { definition: before, ...rest } = found;
  const changed = { ...changes(before, wanted.definition), ...changes(pick(rest), pick(wanted)) };
  if (Object.keys(changed).length === 0) return [];
  return [{ change: 'change', ...is, words: inWords(changed) }];
}

function exchangeDifference(standing: Standing, wanted: Topology['exchanges'][number]): Difference[] {
  const is = { kind: 'exchange', name: wanted.name } as const;
  const found = standing.exchanges.find(({ name }) => name === wanted.name);
  if (!found) return [{ change: 'make', ...is, words: wanted.type }];
  if (found.type === wanted.type && found.durable === wanted.durable) return [];
  const stands = `${found.durable ? '' : 'transient '}${found.type}`;
  return [{ change: 'conflict', ...is, words: `stands as ${stands}, wanted ${wanted.type}` }];
}

function queueDifference(standing: Standing, wanted: Topology['queues'][number]): Difference[] {
  const is = { kind: 'queue', name: wanted.name } as const;
  const type = wanted.arguments['x-queue-type'];
  const found = standing.queues.find(({ name }) => name === wanted.name);
  if (!found) return [{ change: 'make', ...is, words: `${type}` }];
  if (found.type === undefined || found.type === type) return []; // a queue whose node is away tells no type
  const words = `stands as ${found.type}, wanted ${type}: take what it holds elsewhere, delete it and come again`;
  return [{ change: 'conflict', ...is, words }];
}

function bindingDifference({ bindings }: Standing, wanted: Binding): Difference[] {
  if (bindings.some(isSame(wanted))) return [];
  return [{ change: 'make', kind: 'binding', name: bindingName(wanted), words: wanted.destination_type }];
}

function retiredDifference({ bindings }: Standing, retired: Binding): Difference[] {
  if (!bindings.some(isSame(retired))) return [];
  return [{ change: 'remove', kind: 'binding', name: bindingName(retired), words: 'of an earlier version' }];
}

type Binding = Topology['bindings'][number];

const isSame = (binding: Binding) => (other: Binding) =>
  bindingName(other) === bindingName(binding) && other.destination_type === binding.destination_type;

function userDifference({ users }: Standing, { name, password, ...wanted }: UserGrant): Difference[] {
  const is = { kind: 'user', name } as const;
  const found = users.get(name);
  if (!found) return [{ change: 'make', ...is, words: inWords(wanted) }];
  const tags = [found.tags].flat().filter(Boolean).join(', ');
  if (tags)
    return [{ change: 'conflict', ...is, words: `bears the tag ${tags}, which no part needs: name another user` }];
  const changed = inWords(changes<Permission>(found.permission ?? {}, wanted));
  const words = [isPassword(password, found) ? '' : 'another password', changed].filter(Boolean).join(', ');
  return words ? [{ change: 'change', ...is, words }] : [];
}

/**
 * What takes messages and is not asked for. A durable queue would have each frame detected twice; whatever is bound to `frames` makes the
 * broker confirm frames that no detection queue took.
 */
function leftovers({ bindings, queues }: Standing, wanted: Topology): Difference[] {
  const known = [...wanted.bindings, ...wanted.retired];
  const sources = new Set(wanted.exchanges.map(({ name }) => name));
  const durable = new Set(queues.filter((queue) => queue.durable && !queue.exclusive).map(({ name }) => name));
  return bindings
    .filter((one) => sources.has(one.source) && !known.some(isSame(one)))
    .filter((one) => one.source === EXCHANGE.frames || durable.has(one.destination))
    .map((one) => ({ change: 'remark', kind: 'binding', name: bindingName(one), words: leftoverWords(one) }));
}

const leftoverWords = ({ source }: Binding) =>
  source === EXCHANGE.frames
    ? 'is not asked for, and is left alone: frames that it alone takes are confirmed to their sources'
    : 'is not asked for, and is left alone';

/** What of `after` is not so before. */
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

const inWords = (values: object) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
