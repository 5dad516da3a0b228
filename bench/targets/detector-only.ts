import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { within } from '@framewire/runtime/process';
import type { DetectorSpec } from '../../functions/detect-faces/detectors/detector.ts';

export interface DetectorTask {
  spec: DetectorSpec;
  jpegs: Uint8Array[];
  warmUpMs: number;
  windowMs: number;
}

export interface DetectorAnswer {
  /** Frames a second on one thread. */
  rate: number;
  /** Milliseconds of CPU for one frame. */
  cpu: number;
}

const SLACK_MS = 60_000;
/** The weights that detect-faces uses by itself. */
export const WEIGHTS = 'yunet_n_320_320.onnx';

/** Decoding and detecting without HTTP, queue or anything else beside it. */
export async function detectOnly(
  options: Omit<DetectorTask, 'spec'> & { detector: string; models?: string },
): Promise<DetectorAnswer> {
  const { detector, models = '', ...task } = options;
  const spec: DetectorSpec = detector === 'haar' ? { kind: 'haar' } : { kind: 'yunet', weights: join(models, WEIGHTS) };
  const child = fork('bench/dist/programs/detector-only.js', { serialization: 'advanced' });
  try {
    child.send({ spec, ...task } satisfies DetectorTask);
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${detector} ended`);
    });
    const answer = once(child, 'message').then(([message]) => message as DetectorAnswer);
    return await within(task.warmUpMs + task.windowMs + SLACK_MS, `${detector}`, Promise.race([answer, ended]));
  } finally {
    child.kill('SIGKILL');
  }
}
