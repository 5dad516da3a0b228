import type { Permission, Topology } from '@framewire/contract';
import type { UserGrant } from '@framewire/runtime';
import { isPassword } from './password.ts';
import type { Standing } from './standing.ts';

type Kind = 'vhost' | 'exchange' | 'queue' | 'binding' | 'policy' | 'user';

/**
 * One thing that is not as it should be:
 * - `make`: it is missing;
 * - `change`: it stands and can be changed in place;
 * - `conflict`: something else stands under its name, and a step that deletes nothing cannot help;
 * - `remark`: it stands and is not asked for, or cannot be changed; it is left alone.
 */
export interface Difference {
  change: 'make' | 'change' | 'conflict' | 'remark';
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
    ...users.flatMap((user) => userDifference(standing, user)),
    ...leftovers(standing, wanted),
  ];
}

/** As a binding is named where nothing else names it. */
export const bindingName = ({ source, destination, routing_key }: Topology['bindings'][number]) =>
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

function bindingDifference({ bindings }: Standing, wanted: Topology['bindings'][number]): Difference[] {
  const name = bindingName(wanted);
  const stands = bindings.some((one) => bindingName(one) === name && one.destination_type === wanted.destination_type);
  return stands ? [] : [{ change: 'make', kind: 'binding', name, words: wanted.destination_type }];
}

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

/** What sends frames to a queue that is not asked for: each of them would be detected twice. */
function leftovers({ bindings, queues }: Standing, wanted: Topology): Difference[] {
  const asked = new Set(wanted.bindings.map(bindingName));
  const sources = new Set(wanted.exchanges.map(({ name }) => name));
  const durable = new Set(queues.filter((queue) => queue.durable && !queue.exclusive).map(({ name }) => name));
  return bindings
    .filter((one) => sources.has(one.source) && one.destination_type === 'queue' && durable.has(one.destination))
    .filter((one) => !asked.has(bindingName(one)))
    .map((one) => ({
      change: 'remark',
      kind: 'binding',
      name: bindingName(one),
      words: 'stands, and is not asked for; it is left alone',
    }));
}

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
