import { hash } from 'node:crypto';
import { formatUuid } from '@framewire/contract';

/**
 * The frame id that always follows from the same text: UUIDv8 (RFC 9562, section 5.8) over its SHA-256.
 * For an idempotency key, or a message that came without an id: however often it is delivered, it is one frame.
 */
export const derivedFrameId = (data: string | Uint8Array): string =>
  formatUuid(hash('sha256', data, 'buffer').subarray(0, 16), 8);

/**
 * The id of a frame that has no other name than its number. Whoever misses the number can therefore say which frame it was, though
 * nothing of it arrived. No source id that we make holds a slash, and what `derivedFrameId` is given elsewhere holds two, or is a body.
 */
export const numberedFrameId = (source: string, seq: number): string => derivedFrameId(`${source}/${seq}`);
