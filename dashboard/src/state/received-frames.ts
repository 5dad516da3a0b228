import type { ResultRecord } from '@framewire/contract';
import type { Jpeg } from '../transport/connection.ts';

/** A frame whose picture came to this browser. Moments in milliseconds by the server's clock. */
export interface ReceivedFrame {
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
export class ReceivedFrames {
  readonly #all = new Map<string, ReceivedFrame>();
  /** Those with a picture, the oldest first. */
  #pictured: ReceivedFrame[] = [];
  #bytes = 0;

  get(frame_id: string): ReceivedFrame | undefined {
    return this.#all.get(frame_id);
  }

  add(record: ResultRecord, jpeg: Jpeg, pushed: number): void {
    const received: ReceivedFrame = { record, pushed, jpeg };
    this.#all.set(record.frame_id, received);
    this.#pictured.push(received);
    this.#bytes += jpeg.byteLength;
    while (this.#bytes > ROOM && this.#pictured.length > 1) this.#forgetPicture(this.#pictured.shift()!);
    if (this.#all.size > MOST) this.#all.delete(this.#all.keys().next().value!);
  }

  drawn(frame_id: string, at: number): void {
    const received = this.#all.get(frame_id);
    if (received) received.drawn ??= at;
  }

  #forgetPicture(received: ReceivedFrame): void {
    this.#bytes -= received.jpeg?.byteLength ?? 0;
    received.jpeg = undefined;
  }
}
