import type { ResultRecord } from '@framewire/contract';
import type { Jpeg } from '../transport/connection.ts';

/** A frame whose picture reached this browser. Times in milliseconds by the server's clock. */
export interface ReceivedFrame {
  record: ResultRecord;
  sent: number;
  drawn?: number;
  /** Dropped when there is no more room. */
  jpeg?: Jpeg;
}

const MAX_FRAMES = 3000;
const MAX_PICTURE_BYTES = 12 * 1024 * 1024;

/** What only this browser knows about frames: when they arrived and were drawn, and their pictures. Drops the oldest first. */
export class ReceivedFrames {
  readonly #all = new Map<string, ReceivedFrame>();
  /** Frames with a picture, oldest first. */
  #pictured: ReceivedFrame[] = [];
  #bytes = 0;

  get(frame_id: string): ReceivedFrame | undefined {
    return this.#all.get(frame_id);
  }

  add(record: ResultRecord, jpeg: Jpeg, sent: number): void {
    const received: ReceivedFrame = { record, sent, jpeg };
    this.#all.set(record.frame_id, received);
    this.#pictured.push(received);
    this.#bytes += jpeg.byteLength;
    while (this.#bytes > MAX_PICTURE_BYTES && this.#pictured.length > 1) this.#dropPicture(this.#pictured.shift()!);
    if (this.#all.size > MAX_FRAMES) this.#all.delete(this.#all.keys().next().value!);
  }

  drawn(frame_id: string, at: number): void {
    const received = this.#all.get(frame_id);
    if (received) received.drawn ??= at;
  }

  #dropPicture(received: ReceivedFrame): void {
    this.#bytes -= received.jpeg?.byteLength ?? 0;
    received.jpeg = undefined;
  }
}
