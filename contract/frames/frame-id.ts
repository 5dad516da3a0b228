import { z } from 'zod';

/** A frame id: a UUID in lower case. Version 8 if it follows from a sequence number, a key or a body; otherwise 7 (time-ordered). */
export const frameId = z
  .uuid({ error: 'must be a UUID' })
  .toLowerCase()
  .meta({ id: 'FrameId', description: 'A frame: a UUID in lower case.' });

/** A new UUIDv7 (RFC 9562, section 5.7). `now` is in milliseconds since the epoch. */
export function uuidv7(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, ms = now; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
  return formatUuid(bytes, 7);
}

/** When a UUIDv7 was made, milliseconds since the epoch; undefined for anything else. */
export function timeOfUuid(id: string): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id) ?? [];
  return high === undefined ? undefined : Number.parseInt(high + low, 16);
}

/** @param bytes 16 of them; the bits of version and variant are overwritten. */
export function formatUuid(bytes: Uint8Array, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < 16; i++)
    text += i === 4 || i === 6 || i === 8 || i === 10 ? `-${HEX[bytes[i]!]}` : HEX[bytes[i]!];
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
