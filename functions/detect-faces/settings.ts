import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { httpSettings } from '@framewire/runtime/http';
import {
  about,
  type Config,
  ConfigError,
  choice,
  integer,
  list,
  optional,
  type Setting,
  text,
} from '@framewire/runtime/process';
import type { DetectorSpec } from './detectors/detector.ts';
import { PROVIDERS, type Provider } from './detectors/sessions.ts';
import { quotaInCores } from './machine/cores.ts';

export const settings = {
  ...httpSettings(8083),
  DETECTOR: about(
    'Which detector to use. `auto` is yunet where its weights are, else haar.',
    choice(['auto', 'haar', 'yunet', 'objects'], { fallback: 'auto' }),
  ),
  MODELS: about('The folder with weights.', optional(text({ allowed: 'a folder with weights' }))),
  YUNET_MODEL: about(
    'The weights of yunet, a file in MODELS.',
    text({ fallback: 'yunet_n_320_320.onnx', allowed: 'the name of a file in MODELS' }),
  ),
  OBJECTS_MODEL: about(
    'The model of `objects`, a file in MODELS: `.onnx` as `yolo export` writes it, or `.json` that describes one.',
    text({ fallback: 'objects.onnx', allowed: 'the name of a file in MODELS, .onnx or .json' }),
  ),
  EXECUTION_PROVIDERS: about(
    'What ONNX Runtime computes on: the first that can be used. Without `cpu` among them it does not start where there is no GPU.',
    {
      ...list((name) => PROVIDERS.includes(name as Provider), PROVIDERS.join(', ')),
      fallback: ['cpu'],
    } as Setting<Provider[]>,
  ),
  POOL_SIZE: about(
    'Worker processes, each with a detector of its own. Unset: the cores that a quota gives, else 1.',
    optional(integer({ min: 1, max: 256 })),
  ),
  MAX_INFLIGHT: about(
    'How many frames may be in progress. One more gets 429. Unset: twice POOL_SIZE.',
    optional(integer({ min: 1, max: 10_000 })),
  ),
  FRAME_TIME_LIMIT_MS: about(
    'How long a worker may take for one frame, milliseconds.',
    integer({ min: 1, max: 600_000, fallback: 10_000 }),
  ),
  MAX_BYTES: about('The largest JPEG, bytes.', integer({ min: 1, max: 1_000_000_000, fallback: 10_000_000 })),
  MAX_INFLIGHT_BYTES: about(
    'How many bytes all requests in progress may hold together, counted from their heads. One more gets 429.',
    integer({ min: 1, max: 10_000_000_000, fallback: 64_000_000 }),
  ),
  UPLOAD_TIMEOUT_MS: about(
    'How long a body may take to arrive, milliseconds.',
    integer({ min: 100, max: 600_000, fallback: 10_000 }),
  ),
  MAX_PIXELS: about('The largest frame, pixels.', integer({ min: 1, max: 268_000_000, fallback: 50_000_000 })),
};

/** The number of workers: as configured, or one for each core of a CPU quota, or one. */
export const poolSize = ({ POOL_SIZE }: Pick<Config<typeof settings>, 'POOL_SIZE'>): number =>
  POOL_SIZE ?? quotaInCores() ?? 1;

/**
 * `auto` is yunet if its weights exist, otherwise haar; `why` explains the choice for the log.
 * @throws ConfigError if yunet or objects was asked for by name and its weights do not exist.
 */
export function chooseDetector(config: Config<typeof settings>): { spec: DetectorSpec; why: string } {
  const { DETECTOR, MODELS, YUNET_MODEL, OBJECTS_MODEL } = config;
  const weights = MODELS && join(MODELS, YUNET_MODEL);
  if (DETECTOR === 'objects')
    return { spec: { kind: 'objects', model: findObjects(MODELS, OBJECTS_MODEL) }, why: 'DETECTOR=objects' };
  if (DETECTOR === 'haar') return { spec: { kind: 'haar' }, why: 'DETECTOR=haar' };
  if (weights && existsSync(weights)) return { spec: { kind: 'yunet', weights }, why: `weights found: ${weights}` };
  const missing = weights ? `no weights: ${weights} is not there` : 'no weights: MODELS is not set';
  if (DETECTOR === 'auto') return { spec: { kind: 'haar' }, why: missing };
  throw new ConfigError([
    `DETECTOR: "yunet", but ${missing}; allowed: yunet with MODELS=<folder with ${YUNET_MODEL}>, haar, objects, auto`,
  ]);
}

/** Until this version the default was a description: one that is there is used. */
function findObjects(models: string | undefined, name: string): string {
  const file = join(models ?? '', name);
  const described = join(models ?? '', 'objects.json');
  if (existsSync(file)) return file;
  if (name === settings.OBJECTS_MODEL.fallback && existsSync(described)) return described;
  throw new ConfigError([
    `DETECTOR: "objects", but ${resolve(file)} is not there; put a YOLO model there (yolo export format=onnx), or name another file in ` +
      'OBJECTS_MODEL',
  ]);
}
