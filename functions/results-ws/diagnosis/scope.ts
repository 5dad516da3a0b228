import { QUEUE } from '@framewire/contract';
import { summarize } from '../latency/stages.ts';
import type { DetectionFunction } from './functions.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The snapshot as far as it is about one function: its frames, its queue, its replicas. What is not of any function stays as it is, but is
 * left to the first of them, so that a rule finds it once.
 */
export function scopeOf(snapshot: Snapshot, fn: DetectionFunction): Snapshot {
  const { gauges, broker, heard, latency, silent, functions } = snapshot;
  const records = snapshot.records.filter(({ topic }) => fn.topics.includes(topic));
  const own = gauges.functions?.get(fn.name);
  const queue = broker.queues?.get(fn.queue);
  const isFirst = fn.name === functions[0]!.name && fn.queue === functions[0]!.queue;
  const times = fn.topics.map((topic) => heard?.get(topic)).filter((one) => one !== undefined);
  const ago = (name: 'detectedAgo' | 'endedAgo') =>
    heard && heard.size > 0 ? Math.min(heard.get('')!.detectedAgo, ...times.map((one) => one[name])) : snapshot[name];
  return {
    ...snapshot,
    fn,
    records,
    latency: records.length === snapshot.records.length ? latency : summarize(records, latency.window_seconds),
    detectedAgo: ago('detectedAgo'),
    endedAgo: ago('endedAgo'),
    gauges: gauges.functions ? { ...gauges, ...NONE, ...own } : gauges,
    broker: fn.queue === QUEUE.frames && !queue ? broker : { ...broker, ...UNKNOWN, ...queue },
    silent: isFirst ? silent : silent.filter(({ job }) => job === fn.name),
  };
}

/** One for each function; of a snapshot that is about one that alone. */
export const scopesOf = (snapshot: Snapshot): Snapshot[] =>
  snapshot.fn ? [snapshot] : snapshot.functions.map((fn) => scopeOf(snapshot, fn));

const NONE = { replicas: undefined, workers: undefined, stuck: undefined };
const UNKNOWN = { waiting: undefined, consumers: undefined, missingQueue: undefined };
