import { z } from 'zod';

/** A frame id: a UUID in lower case. Version 7 (time-ordered) where we make it, 8 where it is derived from a key or a body. */
export const frameId = z.uuid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase());

/** A new UUIDv7 (RFC 9562, section 5.7). `now` is in milliseconds since the epoch. */
export function newFrameId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, ms = now; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
  return format(bytes, 7);
}

/**
 * The frame id that always follows from the same text: UUIDv8 (RFC 9562, section 5.8) over its SHA-256.
 * For an idempotency key, or a message that came without an id: however often it is delivered, it is one frame.
 */
export async function derivedFrameId(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const input = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return format(new Uint8Array(await crypto.subtle.digest('SHA-256', input)).slice(0, 16), 8);
}

function format(bytes: Uint8Array, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
