import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type NamedCamera, parseNamedCameras } from '@framewire/contract';
import { ConfigError, type Env, readConfig, SafeError, type Setting } from '@framewire/runtime/process';
import { type Access, readAccess } from './access.ts';
import { MAX_PROCESSES } from './gateway/api/scale-labels.ts';
import { UsageError } from './usage-error.ts';

export { UsageError };

export interface Options {
  /** By id, as `connectors/camera` reads them. */
  cameras: Map<string, NamedCamera>;
  /** The file that defines cameras. */
  camerasFile?: string;
  /** Whether a camera that draws a scene may be added where there is none. */
  demo: boolean;
  detector: 'auto' | 'haar' | 'yunet';
  /** Where weights are, if there are any. */
  models: string;
  /** Whether the weights of YuNet may be downloaded to there. */
  download: boolean;
  /** Replicas of detect-faces: at first, and within which bounds their number follows the load. */
  replicas: Replicas;
  /** Files like stack.yml whose functions run beside the system's own. */
  stacks: string[];
  portBase?: number;
  data: string;
  /** Nodes of the private broker. */
  brokers: number;
  /** Whether legacy producers may connect to the private broker, as `guest`. */
  legacyProducers: boolean;
  /** Whether objects are followed, and what cameras saw is kept. */
  sightings: boolean;
  /** Whether faults can be injected while it runs. */
  faults: boolean;
  access: Access;
  /** Whether what people use is reached at the container's own address too. */
  container: boolean;
  help: boolean;
  version: boolean;
}

export interface Replicas {
  first: number;
  min: number;
  max: number;
}

export const HELP = `\
npm start -- [options]

  --camera NAME=URL    a video source: rtsp://..., http://... (MJPEG), a file, /dev/video0, demo:. May be repeated.
                       NAME:faces@10+objects@2=URL sends frames to several topics, each at its own rate (10 if none is given).
                       Cameras are remembered. The very first start without one adds demo, which draws a scene.
  --cameras FILE       a file that defines cameras (cameras.yaml); it is read again when it changes
  --no-demo            does not add demo
  --detector NAME      auto (the default), haar or yunet. auto is yunet if its weights are there, else haar
  --models FOLDER      where the weights of yunet are. Without it the first start tries for 5 s to download them into models in the
                       data folder, and goes on with haar if it cannot. npm run models does the same without that limit
  --no-download        does not try to download them
  --replicas N         processes of detect-faces at first, 1 to 64; one per core, at most 2, by default. After that their number
                       follows the load, from 1 to N or to the number of cores if that is more
  --replicas MIN-MAX   bounds of your own, such as 2-4; MIN at first. 3-3 is always 3
  --stack FILE         a stack.yml whose functions run as well. May be repeated
  --port-base N        all ports from N on, instead of 8080, 8090, 9090, 5672 and others
  --data FOLDER        what is kept between starts (./data)
  --brokers N          nodes of the private RabbitMQ, 1 (the default) or 3. With 3 the system goes on if any one of them is lost
  --legacy-producers   lets legacy producers into the private RabbitMQ, as guest with the password guest. Then any program on this
                       machine can publish to its queues
  --no-sightings       does not follow objects, and keeps nothing of what cameras saw
  --faults             the dashboard can inject faults, each for a minute at most
  --host ADDRESS       0.0.0.0 or :: opens the dashboard to other machines. Needs a key (127.0.0.1)
  --key KEY            the key to look at the dashboard
  --write-key KEY      another key, to post frames and to inject faults. Without it --key allows that too
  --allow-host NAME    a host name that a proxy passes on, such as cams.example.org. May be repeated
  --allow-origin URL   an origin whose pages may ask and embed the dashboard, such as https://example.org. May be repeated
  --container          in a container: dashboard, gateway and cameras also answer at the container's own address, so that Docker can
                       publish them. Publish them on 127.0.0.1: any program that reaches them may use them
  --help
  --version

Variables:
  CAMERAS              cameras as with --camera, one per line. CAMERAS_FILE names a file with them
  RESULTS_KEY          as --key; RESULTS_KEY_FILE names a file with it
  WRITE_KEY            as --write-key; WRITE_KEY_FILE names a file with it
  MEDIA_FOLDERS        folders with files that cameras may play, instead of media in the data folder
  FRAMEWIRE_MODELS_MIRROR
                       a folder to download weights from, https://...
  TOPIC_QUEUES         more topics and their queues, such as bytes=byte_queue
  AMQP_URL             a RabbitMQ of your own. RABBITMQ_MANAGEMENT_URL is its management API
  PROMETHEUS_URL       a Prometheus of your own. Replicas follow the load only if it has the rules in prometheus/rules and an
                       Alertmanager as in prometheus/alertmanager.yml

Other users of this machine can read a command line. Give passwords and keys by a variable or a file.
`;

const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * @param from the folder that relative paths are meant from.
 * @param env where `CAMERAS` stands, and keys, which in a command line everybody on the machine could read.
 * @throws UsageError
 */
export function readOptions(args: string[], from: string, env: Env = {}): Options {
  const values = parse(args);
  return {
    cameras: readCameras(values.camera, env, from),
    camerasFile: values.cameras === undefined ? undefined : readCamerasFile(resolve(from, values.cameras)),
    demo: !values['no-demo'] && values.cameras === undefined,
    detector: readDetector(values.detector),
    models: resolve(from, values.models ?? join(values.data, 'models')),
    download: !values['no-download'] && values.models === undefined && values.detector !== 'haar',
    replicas: readReplicas(values.replicas, cpus().length),
    stacks: values.stack.map((file) => resolve(from, file)),
    portBase: readNumber('port-base', values['port-base'], 1024, 65_000),
    data: resolve(from, values.data),
    brokers: readBrokers(values.brokers),
    legacyProducers: values['legacy-producers'],
    sightings: !values['no-sightings'],
    faults: values.faults,
    access: readAccess(values, env),
    container: values.container,
    help: values.help,
    version: values.version,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        camera: { type: 'string', multiple: true, default: [] },
        cameras: { type: 'string' },
        'no-demo': { type: 'boolean', default: false },
        detector: { type: 'string', default: 'auto' },
        models: { type: 'string' },
        'no-download': { type: 'boolean', default: false },
        replicas: { type: 'string' },
        stack: { type: 'string', multiple: true, default: [] },
        'port-base': { type: 'string' },
        data: { type: 'string', default: 'data' },
        brokers: { type: 'string', default: '1' },
        'legacy-producers': { type: 'boolean', default: false },
        'no-sightings': { type: 'boolean', default: false },
        faults: { type: 'boolean', default: false },
        host: { type: 'string', default: '127.0.0.1' },
        key: { type: 'string' },
        'write-key': { type: 'string' },
        container: { type: 'boolean', default: false },
        'allow-host': { type: 'string', multiple: true, default: [] },
        'allow-origin': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; npm start -- --help lists the options`);
  }
}

/** Of the command line and of `CAMERAS`. Nothing of an address is repeated: it may hold a password. */
function readCameras(given: string[], env: Env, from: string): Map<string, NamedCamera> {
  try {
    // one a line, so that an address may hold what separates cameras
    const cameras = parseNamedCameras(given.map((text) => `${text}\n`).join(''));
    const { CAMERAS } = readConfig({ CAMERAS: named }, env);
    for (const [name, camera] of CAMERAS) {
      if (cameras.has(name)) throw new Error(`${name} is named by --camera and by CAMERAS`);
      cameras.set(name, camera);
    }
    for (const camera of cameras.values())
      if (!SCHEME.test(camera.address)) camera.address = resolve(from, camera.address);
    return cameras;
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw new UsageError(`--camera NAME=URL: ${(error as Error).message}`);
  }
}

/** Addresses with passwords come by the environment or a file: a command line is seen by every user of the machine. */
const named: Setting<Map<string, NamedCamera>> = {
  parse(text) {
    try {
      return parseNamedCameras(text);
    } catch (error) {
      throw new SafeError((error as Error).message);
    }
  },
  allowed: 'NAME=URL, one a line',
  fallback: new Map(),
  secret: true,
};

function readDetector(text: string): Options['detector'] {
  if (text === 'auto' || text === 'haar' || text === 'yunet') return text;
  throw new UsageError(`--detector ${text}: allowed: auto, haar, yunet`);
}

function readBrokers(text: string): number {
  if (text === '1' || text === '3') return Number(text);
  throw new UsageError(`--brokers ${text}: allowed: 1 and 3, since one of two could not decide alone`);
}

function readReplicas(text: string | undefined, cores: number): Replicas {
  const [, low, high] = /^(\d+)(?:-(\d+))?$/.exec(text ?? `${Math.min(2, cores)}`) ?? [];
  const [first, max] = [Number(low), Number(high ?? low)];
  if (!(first >= 1 && first <= max && max <= MAX_PROCESSES))
    throw new UsageError(`--replicas ${text}: allowed: a number from 1 to ${MAX_PROCESSES}, or two such as 2-4`);
  if (high !== undefined) return { first, min: first, max };
  return { first, min: 1, max: Math.min(MAX_PROCESSES, Math.max(first, cores)) };
}

function readNumber(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < min || n > max)
    throw new UsageError(`--${name} ${text}: allowed: a whole number from ${min} to ${max}`);
  return n;
}

/** @throws UsageError */
function readCamerasFile(file: string): string {
  if (!existsSync(file)) throw new UsageError(`--cameras: there is no file ${file}`);
  return file;
}
