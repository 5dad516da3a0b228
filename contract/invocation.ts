import { z } from 'zod';
import { detection, stages } from './results/result.ts';

/** Headers of an invocation: OpenFaaS's connector convention first, then ours. Lower case, as Node reads them. */
export const INVOCATION_HEADER = {
  connector: 'x-connector',
  topic: 'x-topic',
  messageId: 'x-rabbitmq-msg-id',
  routingKey: 'x-rabbitmq-routing-key',
  frameId: 'x-frame-id',
  cameraId: 'x-camera-id',
  traceparent: 'traceparent',
  /** Milliseconds since the epoch: a function may refuse with 504 what comes later. */
  deadline: 'x-deadline-ms',
} as const;

/** The annotation by which a function says which queues it consumes: one name, or several with commas. */
export const TOPIC_ANNOTATION = 'topic';
/** The annotation that says how many invocations one replica takes at once; 2 unless said otherwise. */
export const CONCURRENCY_ANNOTATION = 'framewire.concurrency';

/** The answer of a detector function, status 200. */
export const detectAnswer = z.object({
  detections: z.array(detection),
  image: z.object({ width: z.int().positive(), height: z.int().positive() }),
  node_id: z.string(),
  detector: z.string(),
  stages,
});
export type DetectAnswer = z.infer<typeof detectAnswer>;

/** The body of every answer that is not a 2xx, from every part: what was wrong, in words, and a word for programs. */
export const errorBody = z.object({ error: z.string(), code: z.string() });
export type ErrorBody = z.infer<typeof errorBody>;
