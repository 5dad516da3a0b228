import type { ResultRecord } from '@framewire/contract';
import type { Jpeg } from '../transport/connection.ts';

/** A frame whose picture came to this browser. Moments in milliseconds by the server's clock. */
export interface Sighting {
  record: ResultRecord;
  pushed: number;
  drawn?: number;
  /** While there is room for it. */
  jpeg?: Jpeg;
}

/** Frames that are kept. */
const MOST = 3000;
/** Of their pictures, bytes. */
const ROOM = 12 * 1024 * 1024;

/** What this browser alone knows of frames: when they came and were drawn, and their pictures. The oldest is forgotten first. */
export class Sights {
  readonly #all = new Map<string, Sighting>();
  /** Those with a picture, the oldest first. */
  #pictured: Sighting[] = [];
  #bytes = 0;

  get(frame_id: string): Sighting | undefined {
    return this.#all.get(frame_id);
  }

  add(record: ResultRecord, jpeg: Jpeg, pushed: number): void {
    const sighting: Sighting = { record, pushed, jpeg };
    this.#all.set(record.frame_id, sighting);
    this.#pictured.push(sighting);
    this.#bytes += jpeg.byteLength;
    while (this.#bytes > ROOM && this.#pictured.length > 1) this.#forgetPicture(this.#pictured.shift()!);
    if (this.#all.size > MOST) this.#all.delete(this.#all.keys().next().value!);
  }

  drawn(frame_id: string, at: number): void {
    const sighting = this.#all.get(frame_id);
    if (sighting) sighting.drawn ??= at;
  }

  #forgetPicture(sighting: Sighting): void {
    this.#bytes -= sighting.jpeg?.byteLength ?? 0;
    sighting.jpeg = undefined;
  }
}
