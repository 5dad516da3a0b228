import { CONCURRENCY_ANNOTATION, QUEUE, TOPIC_ANNOTATION } from '@framewire/contract';
import { type Deployment, imageName } from '../gateway/api/deployment.ts';
import type { SecretStore } from '../gateway/api/secret-store.ts';
import type { Replicas } from '../options.ts';

/** A function as it is run here; for OpenFaaS `stack.yml` says the same. */
export interface FunctionSpec {
  name: string;
  /** Its last word names the folder under `functions/` that is run instead. */
  image: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Names of its secrets; they are in `env` as files. */
  secrets?: string[];
  /** What its replicas get besides HOST, PORT and their name. */
  env: Record<string, string>;
  /** How many replicas it starts with. */
  replicas: number;
  /** Where it is reached without the gateway too; such a function has one replica. */
  port?: number;
  /** What it binds to, where that is not loopback alone. */
  host?: string;
}

export const folderOf = ({ image }: FunctionSpec): string => imageName(image);

/** One frame in the detector and one more at hand, so that it never waits for the next. */
const DETECT_CONCURRENCY = 2;

export const detectFaces = ({ first, min, max }: Replicas, env: Record<string, string>): FunctionSpec => ({
  name: 'detect-faces',
  image: 'framewire/detect-faces',
  labels: { 'com.openfaas.scale.min': `${min}`, 'com.openfaas.scale.max': `${max}` },
  annotations: { [TOPIC_ANNOTATION]: QUEUE.frames, [CONCURRENCY_ANNOTATION]: `${DETECT_CONCURRENCY}` },
  env,
  replicas: first,
});

export const ingestFrame = (env: Record<string, string>): FunctionSpec => ({
  name: 'ingest-frame',
  image: 'framewire/ingest-frame',
  labels: {},
  annotations: {},
  env,
  replicas: 1,
});

/** Keeps what cameras saw. One replica: it has a folder of its own. */
export const sightings = (env: Record<string, string>): FunctionSpec => ({
  name: 'sightings',
  image: 'framewire/sightings',
  labels: { 'com.openfaas.scale.min': '1', 'com.openfaas.scale.max': '1' },
  annotations: {},
  env,
  replicas: 1,
});

/** On a port of its own too, since a WebSocket does not pass the gateway. */
export const resultsWs = (
  { port, host }: { port: number; host: string },
  env: Record<string, string>,
): FunctionSpec => ({
  name: 'results-ws',
  image: 'framewire/results-ws',
  labels: {},
  annotations: {},
  env,
  replicas: 1,
  port,
  host,
});

/** It takes no requests: it reads what was detected, and says which objects these are. */
export const trackObjects = (env: Record<string, string>): FunctionSpec => ({
  name: 'track-objects',
  image: 'framewire/track-objects',
  labels: { 'com.openfaas.scale.min': '1', 'com.openfaas.scale.max': '1' },
  annotations: {},
  env,
  replicas: 1,
});

/** Where OpenFaaS puts the secrets of a function; a deployment may name one of these files in its environment. */
const SECRETS_FOLDER = '/var/openfaas/secrets/';
/** Where the images of our detectors have their weights; here they are in a folder of the data. */
const MODELS_FOLDER = '/home/app/models';

/**
 * What a deployment comes to. The addresses that only this machine knows (of the broker, of the dashboard) stand under what it says
 * itself. A secret `amqp-url` is the file that AMQP_URL_FILE names, as is any that the environment names by its path.
 * @param own the system's own functions, by folder.
 * @param models the folder with weights.
 */
export function deployedSpec(
  { service, image, labels, annotations, envVars, secrets: names }: Deployment,
  own: ReadonlyMap<string, FunctionSpec>,
  secrets: Pick<SecretStore, 'path'>,
  models: string,
): FunctionSpec {
  const base = own.get(imageName(image));
  const said = {
    ...Object.fromEntries(names.map((name) => [variableOf(name), secrets.path(name)])),
    ...Object.fromEntries(Object.entries(envVars).map(([name, value]) => [name, here(value)])),
  };
  return {
    name: service,
    image,
    labels,
    annotations,
    secrets: names,
    // a value would win over a file of the same name
    env: { ...without(base?.env ?? {}, (name) => `${name}_FILE` in said), ...said },
    replicas: 1,
    ...(base?.name === service && { port: base.port, host: base.host }),
  };

  function here(value: string): string {
    if (value === MODELS_FOLDER) return models;
    const name = value.startsWith(SECRETS_FOLDER) ? value.slice(SECRETS_FOLDER.length) : '';
    return names.includes(name) ? secrets.path(name) : value;
  }
}

const variableOf = (secret: string) => `${secret.toUpperCase().replace(/[-.]/g, '_')}_FILE`;

const without = (env: Record<string, string>, unwanted: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !unwanted(name)));
