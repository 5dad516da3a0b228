import { type CameraSpec, cameraId, cameraPatch } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import { describeIssues } from '@framewire/runtime/process';
import type { z } from 'zod';
import { addressedSpec } from '../address/address.ts';
import { unmasked } from '../address/masked.ts';

/** @throws HttpError 400 */
export function parse<S extends z.ZodType>(schema: S, value: unknown, code: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, code, describeIssues(parsed.error));
}

export const parseId = (text: string): string => parse(cameraId, text, 'bad_id');

/** @throws HttpError 400 with `url:` before what is wrong. */
export function unmaskedUrl(sent: string, before: CameraSpec | undefined): string {
  try {
    return unmasked(sent, before?.url);
  } catch (error) {
    throw new HttpError(400, 'bad_spec', `url: ${(error as Error).message}`);
  }
}

/** The camera that a PUT describes: its address may leave out the password that is stored. @throws HttpError 400 */
export function replaced(body: unknown, before: CameraSpec | undefined): CameraSpec {
  const { url } = (body ?? {}) as { url?: unknown };
  const whole = typeof url === 'string' ? { ...(body as object), url: unmaskedUrl(url, before) } : body;
  return parse(addressedSpec, whole, 'bad_spec');
}

/** The camera with some fields changed, as a PATCH wants it: null removes a field. @throws HttpError 400 */
export function patched(body: unknown, before: CameraSpec): CameraSpec {
  const patch = parse(cameraPatch, body, 'bad_spec');
  // a frame rate is short for one topic: topics take its place
  const { fps, ...others } = before;
  const kept = patch.topics && patch.fps === undefined ? others : before;
  const merged = Object.entries({ ...kept, ...patch }).filter(([, value]) => value !== null && value !== undefined);
  return replaced(Object.fromEntries(merged), before);
}
