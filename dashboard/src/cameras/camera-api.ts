import { type cameraAnswer, errorBody } from '@framewire/contract';
import type { z } from 'zod';

export type CameraAnswer = z.infer<typeof cameraAnswer>;

/** A test takes up to 10 s, and its answer is a picture. */
const TIME_LIMIT = 20_000;

/** What the server answers to a change: done, or why not. */
export type CameraReply =
  | { ok: true; camera?: CameraAnswer; picture?: Blob }
  | { ok: false; refusal: string; code?: string };

/** Asks for cameras to be shown, changed or tested. */
export class CameraApi {
  readonly #page: URL;

  constructor(page: URL) {
    this.#page = page;
  }

  get = (id: string) => this.#ask('GET', id);
  add = (id: string, spec: object) => this.#ask('PUT', id, spec);
  change = (id: string, patch: object) => this.#ask('PATCH', id, patch);
  rename = (id: string, to: string) => this.#ask('POST', `${id}/rename`, { to });
  remove = (id: string) => this.#ask('DELETE', id);
  /** @param camera_id whose password is meant where the address is masked. */
  test = (url: string, camera_id?: string) => this.#ask('POST', 'test', { url, ...(camera_id && { camera_id }) });

  async #ask(method: string, path: string, body?: object): Promise<CameraReply> {
    try {
      const response = await fetch(new URL(`api/cameras/${path}`, this.#page), {
        method,
        signal: AbortSignal.timeout(TIME_LIMIT),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return await replyOf(response);
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      return {
        ok: false,
        refusal: isLate ? `no answer within ${TIME_LIMIT / 1000} s` : 'the server cannot be reached',
      };
    }
  }
}

export async function replyOf(response: Response): Promise<CameraReply> {
  if (!response.ok) {
    const said = errorBody.safeParse(await response.json().catch(() => undefined)).data;
    return { ok: false, refusal: said?.error ?? `the server answers ${response.status}`, code: said?.code };
  }
  if (response.headers.get('content-type')?.startsWith('image/')) return { ok: true, picture: await response.blob() };
  return { ok: true, camera: response.status === 204 ? undefined : await response.json() };
}
