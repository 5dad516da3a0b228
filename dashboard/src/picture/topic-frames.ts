import type { CameraView, ResultRecord } from '@framewire/contract';
import { Arrivals } from '../camera/arrivals.ts';
import { capturedAt } from '../frame/waterfall.ts';
import { ObjectNumbers, type TracksMessage } from '../objects/numbers.ts';
import { type BoxSet, orderTopics } from './topics.ts';

/** Boxes of a topic are shown for so long after its last frame, milliseconds; of a slow one for so many of its frames. */
const PATIENCE_MS = 3_000;
const MISSING_FRAMES = 3;
/** Topics of one camera that are kept apart: more than a camera connector sends to. */
const MAX_TOPICS = 16;
/** Moments of one capture may differ by so much, where a clock was corrected, milliseconds. */
const SAME_MS = 1;

interface Topic {
  /** The newest frame that was detected. */
  record?: ResultRecord;
  arrivals: Arrivals;
  objects: ObjectNumbers;
  /** When its last picture came, milliseconds. */
  picturedAt?: number;
}

/** The newest detected frame of each topic of a camera. One topic gives the picture; the boxes of the others are laid over it. */
export class TopicFrames {
  readonly #topics = new Map<string, Topic>();
  readonly #view: () => CameraView | undefined;

  /** @param view the camera as the server sees it. */
  constructor(view: () => CameraView | undefined) {
    this.#view = view;
  }

  /** Those that it is known to send to. */
  get names(): string[] {
    const { source, topics = {} } = this.#view() ?? {};
    return orderTopics([...Object.keys(source?.topics ?? {}), ...Object.keys(topics), ...this.#topics.keys()]);
  }

  /** A frame that was detected. @param now milliseconds, where its picture came with it. */
  add(record: ResultRecord, now?: number): void {
    const topic = this.#topic(record.topic);
    if (!topic) return;
    if (!topic.record || capturedAt(record) >= capturedAt(topic.record)) topic.record = record;
    if (now === undefined) return;
    topic.arrivals.add(now);
    topic.picturedAt = now;
  }

  /** The numbers at the boxes of a frame. They come a moment after it. */
  number(message: TracksMessage): void {
    this.#topic(message.topic)?.objects.receive(message);
  }

  /** Objects that are followed now, and how many there were so far; undefined where none are followed. */
  get objects(): { now: number; soFar: number } | undefined {
    const known = [...this.#topics.values()].map(({ objects }) => objects).filter(({ isKnown }) => isKnown);
    if (known.length === 0) return undefined;
    const sum = (of: (one: ObjectNumbers) => number) => known.reduce((total, one) => total + of(one), 0);
    return { now: sum(({ now }) => now), soFar: sum(({ soFar }) => soFar) };
  }

  #topic(name: string): Topic | undefined {
    const known = this.#topics.get(name);
    if (known || this.#topics.size >= MAX_TOPICS) return known;
    const topic = { arrivals: new Arrivals(), objects: new ObjectNumbers() };
    this.#topics.set(name, topic);
    return topic;
  }

  /** The topic whose frames are the picture: the fastest whose pictures come. */
  picture(now: number): string | undefined {
    let best: { name: string; fps: number } | undefined;
    for (const name of orderTopics(this.#topics.keys())) {
      const { picturedAt, arrivals } = this.#topics.get(name)!;
      if (picturedAt === undefined || now - picturedAt > this.#patience(name)) continue;
      const fps = this.#limit(name) ?? arrivals.perSecond(now);
      if (!best || fps > best.fps) best = { name, fps };
    }
    return best?.name;
  }

  /** What is shown on a picture: its own boxes, then the newest of each other topic. */
  sets(picture: ResultRecord): BoxSet[] {
    const at = capturedAt(picture);
    const others = orderTopics(this.#topics.keys()).flatMap((topic) => {
      const { record, objects } = this.#topics.get(topic)!;
      if (topic === picture.topic || !record) return [];
      const older = at - capturedAt(record);
      if (Math.abs(older) > this.#patience(topic)) return [];
      return [{ topic, record, older: Math.abs(older) <= SAME_MS ? 0 : older, numbers: objects.of(record) }];
    });
    const numbers = this.#topics.get(picture.topic)?.objects.of(picture) ?? [];
    return [{ topic: picture.topic, record: picture, older: 0, numbers }, ...others];
  }

  /** Pictures per second of a topic that arrive in this browser. */
  fps(topic: string, now: number): number {
    return this.#topics.get(topic)?.arrivals.perSecond(now) ?? 0;
  }

  #limit(topic: string): number | undefined {
    return this.#view()?.source?.topics?.[topic]?.fps;
  }

  #patience(topic: string): number {
    return Math.max(PATIENCE_MS, (MISSING_FRAMES * 1000) / (this.#limit(topic) ?? Number.POSITIVE_INFINITY));
  }
}
