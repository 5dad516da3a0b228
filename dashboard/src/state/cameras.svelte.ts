import type { CameraView, ResultRecord } from '@framewire/contract';
import { SvelteMap } from 'svelte/reactivity';
import { capturedAt } from '../frame/waterfall.ts';
import type { TracksMessage } from '../objects/numbers.ts';
import type { Jpeg, Watch } from '../transport/connection.ts';
import { byName } from '../ui/format.ts';
import { Camera } from './camera.ts';

/** All cameras in a stable order: by name, with numbers in numeric order. */
export class Cameras {
  readonly #all = new SvelteMap<string, Camera>();
  /** When each was removed, milliseconds: late outcomes of older frames must not add it again. */
  readonly #removed = new Map<string, number>();
  readonly #now: () => number;
  #watch: Watch = '*';
  readonly list = $derived([...this.#all.values()].sort((a, b) => byName(a.id, b.id)));
  /** Whether the server has sent the list. */
  known = $state(false);

  constructor(now: () => number) {
    this.#now = now;
  }

  get(id: string): Camera | undefined {
    return this.#all.get(id);
  }

  /** What people call the camera of this id; the id of one that is not known. */
  nameOf(id: string): string {
    return this.#all.get(id)?.name ?? id;
  }

  /** The camera that had this id before, under its id of now. */
  renamedFrom(id: string): Camera | undefined {
    return this.list.find(({ view }) => view?.source?.formerly?.some(({ camera_id }) => camera_id === id));
  }

  /** Sets whose pictures are asked for. */
  watch(watch: Watch): void {
    this.#watch = watch;
    for (const camera of this.#all.values()) camera.asked = this.#isWatched(camera.id);
  }

  /** @param all whether the list is complete: then cameras that it lacks are removed. */
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

  /** Of a camera that is shown: another one has no boxes. */
  receiveTracks(message: TracksMessage): void {
    this.#all.get(message.camera_id)?.receiveTracks(message);
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
