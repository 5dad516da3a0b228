import { CONCURRENCY_ANNOTATION, QUEUE, TOPIC_ANNOTATION } from '@framewire/contract';
import type { Replicas } from './options.ts';

/** A function as it is run here; for OpenFaaS `stack.yml` says the same. */
export interface FunctionSpec {
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** What its replicas get besides HOST, PORT and their name. */
  env: Record<string, string>;
  /** Replicas at first. */
  replicas: number;
  /** Where it is reached without the gateway too; such a function has one replica. */
  port?: number;
}

/** One frame in the detector and one more at hand, so that it never waits for the next. */
const DETECT_CONCURRENCY = 2;

export const detectFaces = ({ first, min, max }: Replicas, env: Record<string, string>): FunctionSpec => ({
  name: 'detect-faces',
  labels: { 'com.openfaas.scale.min': `${min}`, 'com.openfaas.scale.max': `${max}` },
  annotations: { [TOPIC_ANNOTATION]: QUEUE.frames, [CONCURRENCY_ANNOTATION]: `${DETECT_CONCURRENCY}` },
  env,
  replicas: first,
});

export const ingestFrame = (env: Record<string, string>): FunctionSpec => ({
  name: 'ingest-frame',
  labels: {},
  annotations: {},
  env,
  replicas: 1,
});

/** On a port of its own too, since a WebSocket does not pass the gateway. */
export const resultsWs = (port: number, env: Record<string, string>): FunctionSpec => ({
  name: 'results-ws',
  labels: {},
  annotations: {},
  env,
  replicas: 1,
  port,
});
