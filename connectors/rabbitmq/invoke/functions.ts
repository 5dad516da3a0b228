import { CONCURRENCY_ANNOTATION, TOPIC_ANNOTATION } from '@framewire/contract';
import { z } from 'zod';

/** A function that consumes queues, as the gateway lists it now. */
export interface QueueFunction {
  name: string;
  /** Replicas that take requests. */
  available: number;
  /** Invocations that one replica takes at once. */
  concurrency: number;
  queues: string[];
}

/** What the connector reads of OpenFaaS's FunctionStatus. A gateway leaves out what is empty, or writes null. */
const functionStatus = z.object({
  name: z.string().min(1),
  availableReplicas: z.number().nonnegative().nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const perReplica = z.coerce.number().int().positive();

/**
 * Reads the answer of `GET /system/functions`: the functions whose annotation names queues, sorted by name.
 * @param concurrency of a function without the annotation.
 * @throws ZodError when it is no list of functions.
 */
export function readFunctions(body: unknown, concurrency: number): QueueFunction[] {
  const statuses = z.array(functionStatus).parse(body ?? []); // a gateway without functions may write null
  return statuses
    .map(({ name, availableReplicas, annotations }) => ({
      name,
      available: availableReplicas ?? 0,
      concurrency: perReplica.safeParse(annotations?.[CONCURRENCY_ANNOTATION]).data ?? concurrency,
      queues: splitList(annotations?.[TOPIC_ANNOTATION]),
    }))
    .filter(({ queues }) => queues.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const splitList = (text = '') => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
  ),
];

/** The function that gets a queue's frames. Of several it is the first by name; `passedOver` are the others. */
export interface Assignment {
  queue: string;
  fn: QueueFunction;
  passedOver: string[];
}

/** @param functions by name. */
export function assignQueues(functions: QueueFunction[]): Assignment[] {
  const byQueue = new Map<string, Assignment>();
  for (const fn of functions) {
    for (const queue of fn.queues) {
      const taken = byQueue.get(queue);
      if (taken) taken.passedOver.push(fn.name);
      else byQueue.set(queue, { queue, fn, passedOver: [] });
    }
  }
  return [...byQueue.values()];
}
