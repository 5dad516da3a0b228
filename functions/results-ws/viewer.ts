import { sleep } from '@framewire/runtime';
import type { History } from './history.ts';
import type { Metrics } from './metrics.ts';
import { createPush, type Push } from './push.ts';
import type { Told, Wire } from './wire.ts';

/** With more than this unsent a viewer is sent no pictures, bytes. */
const PICTURES_BELOW = 256 * 1024;
/** With more than this unsent it is sent nothing until that has left; it is told of what it missed in turn. */
const ANYTHING_BELOW = 1024 * 1024;
const BATCH = 200;
/** How often a line that is full is looked at again, milliseconds. */
const LOOK_MS = 50;
/** A replica that reads the same stream gets to a cursor that another has told within this of what it last read; else it was another stream. */
const CATCH_UP_MS = 5_000;

export type Watch = '*' | string[];

/**
 * One viewer: a cursor over the history. While it is at its end it gets each outcome as it comes, with its picture; one that
 * comes back, or whose line was full, is brought there from the history, without pictures.
 */
export interface Viewer {
  readonly wire: Wire;
  readonly watched: '*' | ReadonlySet<string>;
  watch(cameras: Watch): void;
  /** Says hello, tells what came after `resume`, and goes on with what comes. To be called once. */
  begin(resume?: number): Promise<void>;
  /** A new outcome, right after the history has it. */
  offer(push: Push): void;
  /** False where its line is full: it was not told. */
  tell(message: Told): boolean;
  /** The stream is another one: cursors begin anew. */
  restart(): void;
  /** Pictures it was not sent for lack of room, by camera, where that changed since the last call. */
  takeSkipped(): Record<string, number> | undefined;
  /** It is gone. */
  end(): void;
}

export function createViewer(options: {
  wire: Wire;
  node_id: string;
  history: History;
  /** Resolves when the history holds what the stream held at the start. */
  live: Promise<void>;
  metrics: Metrics;
  catchUpMs?: number;
}): Viewer {
  const { wire, node_id, history, live, metrics, catchUpMs = CATCH_UP_MS } = options;
  let watched: '*' | Set<string> = new Set();
  /** Of the last outcome it was told; undefined until it has begun. */
  let at: number | undefined;
  let catchingUp = false;
  const ended = new AbortController();
  const skipped: Record<string, number> = {};
  let skippedChanged = false;

  async function begin(resume?: number): Promise<void> {
    await live;
    const arrived = resume === undefined || (await reaches(resume));
    if (!ended.signal.aborted) start(resume, arrived);
  }

  /** While it still reads what was recorded before this viewer came, it is on its way there, however slow the broker is. */
  async function reaches(cursor: number): Promise<boolean> {
    const came = Date.now() / 1000;
    let [since, seen] = [Date.now(), history.cursor];
    for (; history.cursor < cursor; await sleep(LOOK_MS, ended.signal)) {
      const isPast = (history.newest(1)[0]?.timestamp ?? 0) < came;
      if (history.cursor !== seen && isPast) [since, seen] = [Date.now(), history.cursor];
      if (Date.now() - since > catchUpMs || ended.signal.aborted) return false;
    }
    return true;
  }

  function start(resume: number | undefined, arrived: boolean): void {
    const whole = resume === undefined || (arrived && history.after(resume, 1) !== undefined);
    at = whole && resume !== undefined ? resume : history.cursor;
    wire.tell({ type: 'hello', node_id, cursor: at, resumed: whole });
    void catchUp();
  }

  async function catchUp(): Promise<void> {
    if (catchingUp) return;
    catchingUp = true;
    while (!ended.signal.aborted) {
      while (wire.buffered > PICTURES_BELOW && !ended.signal.aborted) await sleep(LOOK_MS, ended.signal);
      const missed = history.after(at!, BATCH);
      if (missed?.length === 0) break;
      if (missed) for (const entry of missed) push(createPush({ ...entry, replay: true }), false);
      else {
        at = history.cursor; // too far behind: what it missed is not held any more
        wire.tell({ type: 'hello', node_id, cursor: at, resumed: false });
      }
    }
    catchingUp = false;
  }

  function push(next: Push, withPicture: boolean): void {
    at = next.cursor;
    wire.push(next, withPicture);
    metrics.messages.inc({ protocol: wire.protocol });
  }

  const watches = (camera: string) => watched === '*' || watched.has(camera);

  return {
    wire,
    get watched() {
      return watched;
    },
    watch(cameras) {
      watched = cameras === '*' ? '*' : new Set(cameras);
    },
    begin,
    offer(next) {
      if (at === undefined || catchingUp || next.cursor <= at) return;
      const { camera_id } = next.record;
      const wanted = next.hasPicture && watches(camera_id);
      const fits = wire.buffered <= PICTURES_BELOW;
      if (wanted && !fits) {
        skipped[camera_id] = (skipped[camera_id] ?? 0) + 1;
        skippedChanged = true;
        metrics.skipped.inc();
      }
      if (wire.buffered > ANYTHING_BELOW) void catchUp();
      else push(next, wanted && fits);
    },
    tell(message) {
      if (wire.buffered > ANYTHING_BELOW) return false;
      wire.tell(message);
      return true;
    },
    restart() {
      if (at !== undefined) start(undefined, true);
    },
    takeSkipped() {
      if (!skippedChanged) return undefined;
      skippedChanged = false;
      return { ...skipped };
    },
    end: () => ended.abort(),
  };
}
