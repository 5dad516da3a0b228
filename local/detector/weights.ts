/** Which detector a start gets: tries for the weights of YuNet once, while RabbitMQ boots, and goes on without them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Options } from '../options.ts';

/** What a start without a network may lose by the attempt, milliseconds. RabbitMQ takes about as long to boot. */
const LIMIT_MS = 5_000;
/** The file that detect-faces looks for. */
const WEIGHTS = 'yunet_n_320_320.onnx';

/** Of setup/models/weights.mjs, which is plain JavaScript: `npm run models` runs it before anything is installed. */
type BringFirst = (folder: string, options: { mirror?: string; signal: AbortSignal }) => Promise<void>;

/**
 * Downloads the weights unless they are there, or the options say that nothing is to be downloaded.
 * @param root the repository.
 * @param env FRAMEWIRE_MODELS_MIRROR names another place to download from.
 * @param signal ends it with the start.
 * @param limitMs after which it is given up.
 * @returns why they are not there, if they were tried for.
 */
export async function bringWeights(
  root: string,
  { models, download }: Pick<Options, 'models' | 'download'>,
  env: Record<string, string | undefined>,
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<string | undefined> {
  if (!download || existsSync(join(models, WEIGHTS))) return undefined;
  const limit = AbortSignal.timeout(limitMs);
  try {
    const program = join(root, 'setup', 'models', 'weights.mjs');
    const { bringFirst } = (await import(pathToFileURL(program).href)) as { bringFirst: BringFirst };
    await bringFirst(models, { mirror: env.FRAMEWIRE_MODELS_MIRROR, signal: AbortSignal.any([signal, limit]) });
    return undefined;
  } catch (error) {
    if (limit.aborted) return `no answer within ${limitMs / 1000} s`;
    const { message } = error as Error;
    return message.startsWith('http') ? message.slice(message.indexOf(': ') + 2) : message; // the address is long
  }
}

/** Which detector runs, and what the other one costs or brings. @param why as `bringWeights` returns it. */
export function describeDetector({ detector, models }: Pick<Options, 'detector' | 'models'>, why?: string): string {
  const there = existsSync(join(models, WEIGHTS));
  if (detector !== 'haar' && there)
    return 'YuNet. Haar needs no weights, finds less and takes far more CPU: --detector haar';
  const better = 'YuNet finds more and takes far less CPU';
  if (there) return `Haar. ${better}: leave out --detector haar`;
  return `Haar. ${better}: npm run models${why ? ` (not downloaded: ${why})` : ''}`;
}
