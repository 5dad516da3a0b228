import type { CameraView, Outcome, ResultRecord } from '@framewire/contract';
import { type CameraState, cameraState } from '../camera/camera-state.ts';
import { LossRates } from '../camera/loss-rate.ts';
import type { CameraFacts } from '../diagnosis/facts.ts';
import { LATE_MS } from '../diagnosis/late.ts';
import { capturedAt } from '../frame/waterfall.ts';
import type { TracksMessage } from '../objects/numbers.ts';
import { TopicFrames } from '../picture/topic-frames.ts';
import type { BoxSet } from '../picture/topics.ts';
import type { Jpeg } from '../transport/connection.ts';

/** Whether a frame with this outcome is shown. */
const isShown = (outcome: string | undefined) => outcome === 'detected' || outcome === 'still';

/** A frame's outcome with its picture. */
export interface Picture {
  record: ResultRecord;
  jpeg: Jpeg;
  /** When it arrived, milliseconds. */
  arrivedAt: number;
}

/** One camera. Nothing here is reactive: pictures are painted as they arrive, texts are computed at each clock tick. */
export class Camera {
  readonly id: string;
  readonly #now: () => number;
  readonly #losses = new LossRates();
  readonly #topics = new TopicFrames(() => this.#view);
  readonly #painters = new Set<(picture: Picture) => void>();
  readonly #numberers = new Set<() => void>();
  #view: CameraView | undefined;
  /** Capture of the newest frame that was detected or still, milliseconds since the epoch. */
  #endedAt: number | undefined;
  /** Frames that were detected since the newest that was still; undefined before the first still one. */
  #detectedSinceStill: number | undefined;
  #aspect: number | undefined;
  #askedAt: number | undefined;
  #arrivalAge: number | undefined;
  latest: Picture | undefined;
  /** The picture drawn last, when it was drawn, and its age then, milliseconds. */
  drawn: (Picture & { at: number; age: number }) | undefined;

  constructor(id: string, now: () => number) {
    this.id = id;
    this.#now = now;
  }

  get view(): CameraView | undefined {
    return this.#view;
  }

  /** What people call it. */
  get name(): string {
    return this.#view?.source?.settings?.name ?? this.id;
  }

  /** Whether its pictures are asked for. */
  set asked(asked: boolean) {
    if (!asked) this.#askedAt = undefined;
    else this.#askedAt ??= this.#now();
  }

  update(view: CameraView): void {
    this.#view = view;
    this.#losses.add(view, this.#now());
    if (isShown(view.last_outcome)) this.#ended(view.last_frame && view.last_frame * 1000);
  }

  /** Topics that it sends to, faces first. */
  get topics(): string[] {
    return this.#topics.names;
  }

  /**
   * A new outcome. Pictures of frames that were detected or still are painted: others would seem to show no face. Of several topics one gives the
   * picture, and the boxes of the others are shown on it.
   */
  receive(record: ResultRecord, jpeg: Jpeg | undefined): void {
    if (!isShown(record.outcome)) return;
    this.#ended(capturedAt(record));
    if (record.outcome === 'still') this.#detectedSinceStill = 0;
    else if (this.#detectedSinceStill !== undefined) this.#detectedSinceStill++;
    const now = this.#now();
    this.#topics.add(record, jpeg && now);
    if (!jpeg || this.#topics.picture(now) !== record.topic) return;
    this.#arrivalAge = now - capturedAt(record);
    this.latest = { record, jpeg, arrivedAt: now };
    if (record.image) this.#aspect = record.image.width / record.image.height;
    for (const paint of this.#painters) paint(this.latest);
  }

  /** The numbers at the boxes of a frame that was shown, or will be. */
  receiveTracks(message: TracksMessage): void {
    this.#topics.number(message);
    for (const renew of this.#numberers) renew();
  }

  /** Calls back when the numbers at the boxes changed. @returns a function that stops it. */
  onNumbers(renew: () => void): () => void {
    this.#numberers.add(renew);
    return () => this.#numberers.delete(renew);
  }

  /** Objects that are followed now, and how many there were so far; undefined where none are followed. */
  get objects(): { now: number; soFar: number } | undefined {
    return this.#topics.objects;
  }

  #ended(at = Number.NEGATIVE_INFINITY): void {
    this.#endedAt = Math.max(this.#endedAt ?? Number.NEGATIVE_INFINITY, at);
  }

  /** Whether its frames are still now. Now and then one of each topic is detected all the same. */
  get isStill(): boolean {
    if (this.#detectedSinceStill === undefined) return this.#view?.last_outcome === 'still';
    return this.#detectedSinceStill <= Math.max(1, this.topics.length);
  }

  /** Calls `paint` with each picture, starting with the latest. @returns a function that stops it. */
  onPicture(paint: (picture: Picture) => void): () => void {
    this.#painters.add(paint);
    if (this.latest) paint(this.latest);
    return () => this.#painters.delete(paint);
  }

  /** Width by height of its newest frame; undefined before the first. */
  get aspect(): number | undefined {
    return this.#aspect;
  }

  /** The boxes to be shown on a picture, by topic. */
  boxSets(picture: Picture): BoxSet[] {
    return this.#topics.sets(picture.record);
  }

  /** How old the newest picture is now, milliseconds. */
  pictureAge(now: number): number | undefined {
    return this.latest && now - capturedAt(this.latest.record);
  }

  /** End-to-end latency of the picture drawn last; undefined if that was before the current request for pictures. */
  get drawnAge(): number | undefined {
    const { drawn } = this;
    return drawn && this.#askedAt !== undefined && drawn.at >= this.#askedAt ? drawn.age : undefined;
  }

  /** Pictures per second that arrive in this browser. */
  fps(now: number): number {
    return this.latest ? this.#topics.fps(this.latest.record.topic, now) : 0;
  }

  /** Frames per second with this outcome, recently. */
  lost(outcome: Outcome, now: number): number {
    return this.#losses.perSecond(outcome, now);
  }

  state(now: number): CameraState {
    const since = (at: number | undefined) => (at === undefined ? undefined : now - at);
    return cameraState(
      {
        view: this.#view,
        pictureAge: this.pictureAge(now),
        arrivalAge: this.#arrivalAge,
        resultAge: since(this.#endedAt),
        isStill: this.isStill,
        askedFor: since(this.#askedAt),
      },
      now,
    );
  }

  /** Whether it sends nothing: no recent picture here, and no frames by the server's count. */
  isIdle(now: number): boolean {
    return this.state(now).kind !== 'live' && (this.#view?.rate ?? 0) === 0;
  }

  facts(now: number): CameraFacts {
    const fps = this.fps(now);
    const { source, source_silent = false, rate = fps } = this.#view ?? {};
    return {
      id: this.id,
      name: this.name,
      state: this.state(now),
      expected: source?.state === 'online',
      silent: source_silent,
      late: fps > 0 && (this.#arrivalAge ?? 0) >= LATE_MS,
      rate,
      drawnAge: this.drawnAge,
      pictureAge: this.pictureAge(now),
    };
  }
}
