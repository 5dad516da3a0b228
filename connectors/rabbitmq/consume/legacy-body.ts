import { FrameFieldError, judgeMoment, showSeen } from '@framewire/contract';

/**
 * Reads the body of a legacy message: `{"frame": <base64 JPEG>, "timestamp": <seconds since the epoch>}`.
 * The base64 may be as any language writes it: with line breaks, in the URL-safe alphabet, without padding, or as a data URL of a JPEG.
 * @returns `captured_at` in milliseconds since the epoch.
 * @throws Error that names the field, what was seen in it, and what is wanted.
 */
export function readLegacyBody(content: Buffer, now: number): { jpeg: Buffer; captured_at: number } {
  const body = parseBody(content);
  const jpeg = decodeBase64(body.frame, Object.keys(body));
  const problem = judgeMoment(body.timestamp, { unit: 's', near: now });
  if (problem) throw new FrameFieldError('timestamp', problem);
  return { jpeg, captured_at: (body.timestamp as number) * 1_000 };
}

function parseBody(content: Buffer): Record<string, unknown> {
  if (content.length === 0) throw new Error('the body is empty');
  const wanted = 'a JPEG is wanted, or JSON with frame and timestamp';
  if (content[0] === 0x1f && content[1] === 0x8b) throw new Error(`the body is gzip; ${wanted}`);
  let body: unknown;
  try {
    body = JSON.parse(content.toString('utf8').replace(/^\ufeff/, '')); // some languages write a byte order mark
  } catch {
    const kind = /^\s*(\/9j\/|_9j_)/.test(content.toString('latin1', 0, 64))
      ? 'base64 of a JPEG'
      : `neither: it starts with ${startOf(content)}`;
    throw new Error(`the body is ${kind}; ${wanted}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Error(`the body is JSON, but ${Array.isArray(body) ? 'a list' : showSeen(body)}; ${wanted}`);
  return body as Record<string, unknown>;
}

const DATA_URL = /^data:([^;,]*)[^,]*,/;

function decodeBase64(value: unknown, fields: string[]): Buffer {
  const fail = (problem: string) => new FrameFieldError('frame', problem);
  const wanted = 'base64 of a JPEG is wanted';
  if (value === undefined || value === null)
    throw fail(`missing; ${wanted}, and there is: ${fields.join(', ') || 'nothing'}`.slice(0, 200));
  if (typeof value !== 'string') throw fail(`${showSeen(value)}; ${wanted}`);
  const [head = '', type] = DATA_URL.exec(value.slice(0, 200)) ?? [];
  if (type !== undefined && !/^image\/jpe?g$/i.test(type)) throw fail(`a data URL of ${type || 'no type'}; ${wanted}`);
  const text = value.slice(head.length).replace(/\s+/g, '');
  if (text === '') throw fail(`empty; ${wanted}`);
  if (/^b['"]/.test(text))
    throw fail(`${showSeen(text.slice(0, 12))} is how Python shows bytes; ${wanted}, as .decode() gives it`);
  const wrong = /[^A-Za-z0-9+/_-]/.exec(text.replace(/={1,2}$/, ''));
  if (wrong) throw fail(`${showSeen(wrong[0])} at character ${wrong.index + 1} is no base64; ${wanted}`);
  return Buffer.from(text, 'base64');
}

/** The first bytes, as text where they are text, for messages. */
export function startOf(content: Buffer): string {
  const start = content.subarray(0, 24);
  const text = start.toString('latin1');
  return /^[\x20-\x7e\s]*$/.test(text)
    ? JSON.stringify(text)
    : start
        .subarray(0, 8)
        .toString('hex')
        .replace(/..(?=.)/g, '$& ');
}
