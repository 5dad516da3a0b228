import type { CameraView, ResultRecord } from '@framewire/contract';
import { SvelteMap } from 'svelte/reactivity';
import type { Jpeg } from '../transport/link.ts';
import { Camera } from './camera.svelte.ts';

const byName = new Intl.Collator('en', { numeric: true }).compare;

/** All cameras in an order that no event changes: by name, numbers as numbers. */
export class Cameras {
  readonly #all = new SvelteMap<string, Camera>();
  readonly #now: () => number;
  readonly list = $derived([...this.#all.values()].sort((a, b) => byName(a.id, b.id)));
  /** Whether the server has told which there are. */
  told = $state(false);

  constructor(now: () => number) {
    this.#now = now;
  }

  get(id: string): Camera | undefined {
    return this.#all.get(id);
  }

  update(views: CameraView[]): void {
    this.told = true;
    for (const view of views) {
      if (view.source?.state === 'removed') this.#all.delete(view.camera_id);
      else this.#one(view.camera_id).update(view);
    }
  }

  receive(record: ResultRecord, jpeg: Jpeg | undefined): void {
    this.#one(record.camera_id).receive(record, jpeg);
  }

  #one(id: string): Camera {
    let camera = this.#all.get(id);
    if (!camera) {
      camera = new Camera(id, this.#now);
      this.#all.set(id, camera);
    }
    return camera;
  }
}
