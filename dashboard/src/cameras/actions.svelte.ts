import type { Camera } from '../state/camera.ts';
import { sentence } from '../ui/format.ts';
import { type CameraAnswer, CameraApi, type CameraReply } from './camera-api.ts';

/** A dialog of the page, and what it is about. */
export type Opened =
  | { what: 'add' }
  | { what: 'edit'; camera: CameraAnswer }
  | { what: 'rename' | 'remove' | 'dismiss'; id: string; name: string };

/** What can be done to cameras, and what came of it. */
export class CameraActions {
  readonly api: CameraApi;
  opened = $state.raw<Opened>();
  /** What was done last, or why it was not. */
  message = $state('');
  isRefused = $state(false);
  /** The camera that a request is in flight for. */
  busy = $state<string>();

  constructor(page: URL) {
    this.api = new CameraApi(page);
  }

  async edit(id: string): Promise<void> {
    const reply = await this.#during(id, () => this.api.get(id));
    if (reply.ok && reply.camera) this.opened = { what: 'edit', camera: reply.camera };
  }

  async pause(camera: Camera, paused: boolean): Promise<void> {
    const done = paused ? `${camera.name} is paused.` : `${camera.name} sends frames again.`;
    await this.#during(camera.id, () => this.api.change(camera.id, { paused: paused || null }), done);
  }

  /** @returns why not, if so. */
  async submit(id: string, request: () => Promise<CameraReply>, done: string): Promise<string | undefined> {
    const reply = await this.#during(id, request, done);
    if (!reply.ok) return sentence(reply.refusal);
    this.opened = undefined;
    return undefined;
  }

  async #during(id: string, request: () => Promise<CameraReply>, done = ''): Promise<CameraReply> {
    this.busy = id;
    this.message = '';
    const reply = await request();
    this.busy = undefined;
    this.isRefused = !reply.ok;
    this.message = reply.ok ? done : `Not done: ${sentence(reply.refusal)}`;
    return reply;
  }
}
