import type { TracksRecord } from '@framewire/contract';
import { derivedFrameId } from '@framewire/runtime/frames';
import type { Metrics } from './metrics.ts';
import type { Outbox } from './sharing/outbox.ts';
import { type Covered, isCovered } from './sharing/published.ts';
import type { Frame } from './stream/frame.ts';
import { type AreaSettings, endAll, follow, isPast } from './tracking/follow.ts';
import { encodeState, type Progress } from './tracking/state.ts';
import { lostAfter } from './tracking/tracker.ts';

/** Frames that are kept until it is published that they are tracked: another replica may have to go on with them. */
const MAX_BACKLOG = 3_000;

/** The frames of one camera and topic, and its tracker while this replica holds the camera. */
export interface Feed {
  readonly camera: string;
  readonly topic: string;
  readonly isHeld: boolean;
  /** The last id that was given. */
  readonly lastId: number;
  /** Records that wait for the broker. */
  readonly unpublished: number;
  /** Up to where all is tracked and published, for the heartbeat. */
  covered(): Covered;
  frame(frame: Frame): void;
  /** It is published that all up to there is tracked. */
  trim(covered: Covered): void;
  /** Begins to track, from what was published last. */
  take(progress: Progress, covered: Covered | undefined): void;
  /** Stops to track. What waits for the broker is not published any more. */
  release(): void;
  /** Ends all tracks if no frame came for so long that they are lost. @param time of the stream, seconds since the epoch. */
  endSilent(time: number): void;
  /** `result_queue` is another stream than before. */
  restart(): void;
}

export interface FeedOptions {
  node_id: string;
  camera: string;
  topic: string;
  lostS: number;
  settings(): AreaSettings;
  createOutbox(): Outbox;
  /** Up to where the stream was read, and which of its frames wait for others before them. */
  position(): Covered;
  oldestWaiting(): number | undefined;
  metrics: Metrics;
}

/** A camera that sends nothing ends its tracks after the time of a lost one and this, seconds. */
const SILENT_S = 5;

export function createFeed(options: FeedOptions): Feed {
  const { node_id, camera, topic, lostS, metrics, position } = options;
  let backlog: Frame[] = [];
  let run: { progress: Progress; outbox: Outbox; covered: Covered } | undefined;
  let newest: Frame | undefined;

  /** Up to where all is tracked after a frame. @param next the cursor of one that is at hand and follows. */
  function reached(frame: { cursor: number; captured_at: number }, next = Number.POSITIVE_INFINITY): Covered {
    const { cursor, claimed } = position();
    const waiting = Math.min(next, options.oldestWaiting() ?? Number.POSITIVE_INFINITY);
    return { cursor: Math.min(Math.max(cursor, frame.cursor), waiting - 1), claimed, since: frame.captured_at };
  }

  function process(frame: Frame, next?: number): void {
    if (!run) return;
    const { progress } = run;
    if (isPast(progress, frame)) {
      metrics.late(camera);
      return;
    }
    newest = frame;
    const settings = options.settings();
    const found = follow(progress, frame, settings, lostS);
    metrics.seen(camera, topic, found, zoneNames(settings));
    publish(frame, found, reached(frame, next));
  }

  function publish(
    frame: Pick<Frame, 'frame_id' | 'source' | 'seq' | 'captured_at' | 'image'>,
    { tracks, ended, crossings }: Pick<TracksRecord, 'tracks' | 'ended' | 'crossings'>,
    covered: Covered,
  ): void {
    const one = run!;
    if (tracks.length === 0 && ended.length === 0) {
      if (isIdle(one)) one.covered = covered;
      return;
    }
    const record: TracksRecord = {
      camera_id: camera,
      topic,
      frame_id: frame.frame_id,
      source: frame.source,
      seq: frame.seq,
      captured_at: frame.captured_at,
      timestamp: Date.now() / 1000,
      node_id,
      image: frame.image,
      cursor: covered.cursor,
      tracks,
      ended,
      crossings,
      state: encodeState(one.progress),
    };
    one.outbox.add(record, () => {
      one.covered = covered;
    });
  }

  return {
    camera,
    topic,
    get isHeld() {
      return run !== undefined;
    },
    get lastId() {
      return run?.progress.tracker.lastId ?? 0;
    },
    get unpublished() {
      return run?.outbox.size ?? 0;
    },
    covered() {
      if (run && isIdle(run) && options.oldestWaiting() === undefined) run.covered = position();
      return run?.covered ?? position();
    },
    frame(frame) {
      backlog.push(frame);
      if (backlog.length > MAX_BACKLOG) backlog.splice(0, backlog.length - MAX_BACKLOG);
      process(frame);
    },
    trim(covered) {
      if (backlog.some((frame) => isCovered(frame, covered)))
        backlog = backlog.filter((frame) => !isCovered(frame, covered));
    },
    take(progress, covered) {
      if (run) return;
      run = { progress, outbox: options.createOutbox(), covered: covered ?? { ...position(), cursor: -1 } };
      newest = undefined;
      for (const [i, frame] of backlog.entries()) process(frame, backlog[i + 1]?.cursor);
    },
    release() {
      run?.outbox.discard();
      run = undefined;
    },
    endSilent(time) {
      const { tracker } = run?.progress ?? {};
      if (!tracker?.tracks.length) return;
      const last = newest?.timestamp ?? tracker.at ?? 0;
      if (time - last < lostAfter(tracker, lostS) + SILENT_S) return;
      const { at: captured_at = last } = tracker;
      const found = { tracks: [], crossings: [], started: 0, ...endAll(run!.progress) };
      metrics.seen(camera, topic, found, zoneNames(options.settings()));
      const frame_id = derivedFrameId(`silent/${camera}/${topic}/${captured_at}`);
      publish({ frame_id, captured_at, image: newest?.image }, found, reached({ cursor: -1, captured_at }));
    },
    restart() {
      backlog = [];
      if (run) run.covered = position();
    },
  };
}

/** Nothing is followed, and nothing waits for the broker. */
const isIdle = ({ progress, outbox }: { progress: Progress; outbox: Outbox }) =>
  progress.tracker.tracks.length === 0 && outbox.size === 0;

const zoneNames = ({ zones = [] }: AreaSettings) => zones.map(({ name }) => name);
