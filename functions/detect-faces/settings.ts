import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { httpSettings } from '@framewire/runtime/http';
import { type Config, ConfigError, choice, integer, optional, text } from '@framewire/runtime/process';
import type { DetectorSpec } from './detectors/detector.ts';
import { quotaInCores } from './machine/cores.ts';

export const settings = {
  ...httpSettings(8083),
  DETECTOR: choice(['auto', 'haar', 'yunet', 'objects'], { fallback: 'auto' }),
  MODELS: optional(text({ allowed: 'a folder with weights' })),
  YUNET_MODEL: text({ fallback: 'yunet_n_320_320.onnx', allowed: 'the name of a file in MODELS' }),
  OBJECTS_MODEL: text({ fallback: 'objects.json', allowed: 'the name of a file in MODELS' }),
  POOL_SIZE: optional(integer({ min: 1, max: 256 })),
  MAX_INFLIGHT: optional(integer({ min: 1, max: 10_000 })),
  FRAME_TIME_LIMIT_MS: integer({ min: 1, max: 600_000, fallback: 10_000 }),
  MAX_BYTES: integer({ min: 1, max: 1_000_000_000, fallback: 10_000_000 }),
  /** The maximum number of bytes that all requests in flight hold together. */
  MAX_INFLIGHT_BYTES: integer({ min: 1, max: 10_000_000_000, fallback: 64_000_000 }),
  /** The time limit for receiving a body. */
  UPLOAD_TIMEOUT_MS: integer({ min: 100, max: 600_000, fallback: 10_000 }),
  MAX_PIXELS: integer({ min: 1, max: 268_000_000, fallback: 50_000_000 }),
};

/** The number of workers: as configured, or one for each core of a CPU quota, or one. */
export const poolSize = ({ POOL_SIZE }: Pick<Config<typeof settings>, 'POOL_SIZE'>): number =>
  POOL_SIZE ?? quotaInCores() ?? 1;

/**
 * `auto` is yunet if its weights exist, otherwise haar; `why` explains the choice for the log.
 * @throws ConfigError if yunet was asked for by name and its weights do not exist.
 */
export function chooseDetector(config: Config<typeof settings>): { spec: DetectorSpec; why: string } {
  const { DETECTOR, MODELS, YUNET_MODEL, OBJECTS_MODEL } = config;
  const weights = MODELS && join(MODELS, YUNET_MODEL);
  if (DETECTOR === 'objects')
    return { spec: { kind: 'objects', description: join(MODELS ?? '', OBJECTS_MODEL) }, why: 'DETECTOR=objects' };
  if (DETECTOR === 'haar') return { spec: { kind: 'haar' }, why: 'DETECTOR=haar' };
  if (weights && existsSync(weights)) return { spec: { kind: 'yunet', weights }, why: `weights found: ${weights}` };
  const missing = weights ? `no weights: ${weights} is not there` : 'no weights: MODELS is not set';
  if (DETECTOR === 'auto') return { spec: { kind: 'haar' }, why: missing };
  throw new ConfigError([
    `DETECTOR: "yunet", but ${missing}; allowed: yunet with MODELS=<folder with ${YUNET_MODEL}>, haar, objects, auto`,
  ]);
}
