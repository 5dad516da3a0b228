import type { CameraView, ResultRecord } from '@framewire/contract';
import { Losses } from '../logic/losses.ts';
import { type TileState, tileState } from '../logic/tile-state.ts';
import type { Jpeg } from '../transport/link.ts';

/** A frame's outcome and the very picture it is about. */
export interface Picture {
  record: ResultRecord;
  jpeg: Jpeg;
}

/** Pictures a second are counted over so long, milliseconds. */
const RATE_WINDOW = 5000;

/** One camera: its state reactive, its pictures not, for they come faster than text may change. */
export class Camera {
  readonly id: string;
  readonly #now: () => number;
  readonly #losses = new Losses();
  readonly #painters = new Set<(picture: Picture) => void>();
  #arrivals: number[] = [];
  #view = $state.raw<CameraView>();
  /** The newest outcome that came, picture or not. */
  lastRecord = $state.raw<ResultRecord>();
  latest: Picture | undefined;
  /** Age at the glass of the picture drawn last, milliseconds. */
  drawnAge: number | undefined;

  constructor(id: string, now: () => number) {
    this.id = id;
    this.#now = now;
  }

  get view(): CameraView | undefined {
    return this.#view;
  }

  update(view: CameraView): void {
    this.#view = view;
    this.#losses.add(view, this.#now());
  }

  /** A new result; its picture goes to whoever paints this camera. */
  receive(record: ResultRecord, jpeg: Jpeg | undefined): void {
    this.lastRecord = record;
    if (!jpeg) return;
    const now = this.#now();
    this.#arrivals = [...this.#arrivals.filter((at) => at > now - RATE_WINDOW), now];
    this.latest = { record, jpeg };
    for (const paint of this.#painters) paint(this.latest);
  }

  /** Hands each picture to `paint` as it comes, beginning with the last. @returns what ends it. */
  onPicture(paint: (picture: Picture) => void): () => void {
    this.#painters.add(paint);
    if (this.latest) paint(this.latest);
    return () => this.#painters.delete(paint);
  }

  /** How old the newest picture is now, milliseconds. */
  pictureAge(now: number): number | undefined {
    return this.latest && now - capturedAt(this.latest.record);
  }

  /** Pictures a second that arrived in this browser. */
  fps(now: number): number {
    const [first] = this.#arrivals;
    const count = this.#arrivals.filter((at) => at > now - RATE_WINDOW).length;
    if (first === undefined || count < 2) return 0;
    return count / (Math.min(RATE_WINDOW, Math.max(1000, now - first)) / 1000);
  }

  state(now: number): TileState {
    return tileState(this.#view, this.pictureAge(now), now);
  }

  lost(outcome: string, now: number): number {
    return this.#losses.count(outcome, now);
  }
}

/** Milliseconds since the epoch, by the producer's clock. */
export const capturedAt = (record: ResultRecord): number =>
  record.stages.captured_at ?? record.original_timestamp * 1000;
