import { type ConnectorRecord, DEFAULT_TOPIC, QUEUE } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';

/** A function that detects on the frames of a queue. */
export interface DetectionFunction {
  name: string;
  queue: string;
  /** Those of the frames that came by its queue. */
  topics: readonly string[];
}

/** What is taken for so until a connector says which function has the queue. */
export const FACES: DetectionFunction = { name: 'detect-faces', queue: QUEUE.frames, topics: [DEFAULT_TOPIC] };

/** Functions that are remembered. */
const MAX_FUNCTIONS = 100;

/** Which function has which queue, as connectors say in their heartbeats. One that has none any more is remembered: frames may still come. */
export interface DetectionFunctions {
  connector(record: ConnectorRecord): void;
  list(): DetectionFunction[];
  clear(): void;
}

export function createDetectionFunctions(): DetectionFunctions {
  /** By queue. */
  const known = createLruMap<string, { name: string; topics: Set<string> }>(MAX_FUNCTIONS);

  return {
    connector({ functions = [] }) {
      for (const { name, queue, topics } of functions) {
        const before = known.get(queue)?.topics ?? (queue === QUEUE.frames ? FACES.topics : []);
        known.set(queue, { name, topics: new Set([...before, ...topics]) });
      }
    },
    list() {
      const all = [...known.entries()].map(([queue, { name, topics }]) => ({ name, queue, topics: [...topics] }));
      return all.some(({ topics }) => topics.includes(DEFAULT_TOPIC)) ? all : [FACES, ...all];
    },
    clear: known.clear,
  };
}
