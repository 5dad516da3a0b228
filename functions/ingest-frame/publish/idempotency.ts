import { createHash } from 'node:crypto';
import { HttpError } from '@framewire/runtime/http';

/** How long a confirmed frame is remembered by its key, milliseconds. */
const REMEMBER_MS = 600_000;
/** Keys remembered at once; the oldest is forgotten first. */
const MAX_KEYS = 10_000;

/** Remembers the frames of idempotency keys, in this process alone. In another process a key gives the same frame id. */
export interface IdempotencyCache {
  /**
   * Publishes a frame, unless it was confirmed a short while ago. While it is being published, a repeat waits for that publish.
   * A publish that failed is forgotten: its repeat publishes again.
   * @returns whether it was a repeat.
   * @throws HttpError 409 when another picture came under that key; else what `publish` throws.
   */
  once(frameId: string, jpeg: Uint8Array, publish: () => Promise<unknown>): Promise<boolean>;
}

interface Known {
  digest: string;
  published: Promise<unknown>;
  /** Milliseconds since the epoch; infinite while it is being published. */
  until: number;
}

export function createIdempotencyCache({ rememberMs = REMEMBER_MS, maxKeys = MAX_KEYS } = {}): IdempotencyCache {
  const known = new Map<string, Known>(); // in the order they came

  function forgetOld(): void {
    for (const [id, { until }] of known) {
      if (known.size <= maxKeys && until > Date.now()) break;
      known.delete(id);
    }
  }

  return {
    async once(frameId, jpeg, publish) {
      forgetOld();
      const digest = createHash('sha256').update(jpeg).digest('base64');
      const earlier = known.get(frameId);
      if (earlier && earlier.digest !== digest) {
        throw new HttpError(409, 'key_reused', 'another picture came under this Idempotency-Key: take a new key');
      }
      if (earlier) {
        await earlier.published;
        return true;
      }
      const entry: Known = { digest, published: publish(), until: Number.POSITIVE_INFINITY };
      known.set(frameId, entry);
      try {
        await entry.published;
        entry.until = Date.now() + rememberMs;
      } catch (error) {
        known.delete(frameId);
        throw error;
      }
      return false;
    },
  };
}
