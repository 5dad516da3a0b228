import type { CameraView, ResultRecord } from '@framewire/contract';
import { SvelteMap } from 'svelte/reactivity';
import { capturedAt } from '../frame/waterfall.ts';
import type { Jpeg, Watch } from '../transport/connection.ts';
import { Camera } from './camera.ts';

const byName = new Intl.Collator('en', { numeric: true }).compare;

/** All cameras in an order that no event changes: by name, numbers as numbers. */
export class Cameras {
  readonly #all = new SvelteMap<string, Camera>();
  /** When each was taken out, milliseconds: outcomes of frames from before come later, and make no camera of it. */
  readonly #removed = new Map<string, number>();
  readonly #now: () => number;
  #watch: Watch = '*';
  readonly list = $derived([...this.#all.values()].sort((a, b) => byName(a.id, b.id)));
  /** Whether the server has known which there are. */
  known = $state(false);

  constructor(now: () => number) {
    this.#now = now;
  }

  get(id: string): Camera | undefined {
    return this.#all.get(id);
  }

  /** Whose pictures are asked for from now on. */
  watch(watch: Watch): void {
    this.#watch = watch;
    for (const camera of this.#all.values()) camera.asked = this.#isWatched(camera.id);
  }

  /** @param all whether there are no others: one that was taken out while nobody was known is gone too. */
  update(views: CameraView[], all = false): void {
    this.known = true;
    if (all) {
      const known = new Set(views.map(({ camera_id }) => camera_id));
      for (const id of this.#all.keys()) if (!known.has(id)) this.#all.delete(id);
    }
    for (const view of views) {
      if (view.source?.state === 'removed') {
        this.#all.delete(view.camera_id);
        this.#removed.set(view.camera_id, view.source.since * 1000);
      } else this.#one(view.camera_id).update(view);
    }
  }

  receive(record: ResultRecord, jpeg: Jpeg | undefined): void {
    if (capturedAt(record) <= (this.#removed.get(record.camera_id) ?? 0)) return;
    this.#one(record.camera_id).receive(record, jpeg);
  }

  #one(id: string): Camera {
    let camera = this.#all.get(id);
    if (!camera) {
      camera = new Camera(id, this.#now);
      camera.asked = this.#isWatched(id);
      this.#all.set(id, camera);
    }
    return camera;
  }

  #isWatched(id: string): boolean {
    return this.#watch === '*' || this.#watch.includes(id);
  }
}
