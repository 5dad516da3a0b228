/** Headers of an invocation request: OpenFaaS's connector convention first, then ours. Lower case, as Node reads them. */
export const INVOCATION_HEADER = {
  connector: 'x-connector',
  topic: 'x-topic',
  messageId: 'x-rabbitmq-msg-id',
  routingKey: 'x-rabbitmq-routing-key',
  frameId: 'x-frame-id',
  cameraId: 'x-camera-id',
  traceparent: 'traceparent',
  /** Milliseconds since the epoch: a function may refuse later requests with 504. */
  deadline: 'x-deadline-ms',
} as const;

/** The annotation that names the queues a function consumes, separated by commas. */
export const TOPIC_ANNOTATION = 'topic';
/** The annotation that names the topic whose frames its first queue gets: `npm start` declares queue and binding. */
export const FRAME_TOPIC_ANNOTATION = 'framewire.topic';
/** The annotation that says how many invocations one replica takes at once; 2 by default. */
export const CONCURRENCY_ANNOTATION = 'framewire.concurrency';
