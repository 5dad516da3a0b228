import { background, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import type { Entry, History } from '../stream/history.ts';
import type { Told, Wire } from './connection.ts';
import type { Push } from './result-message.ts';

/** With more than this unsent a viewer is sent no pictures, bytes. */
const PICTURES_BELOW = 256 * 1024;
/** With more than this unsent it is sent nothing until that has left; it is told of what it missed in turn. */
const ANYTHING_BELOW = 1024 * 1024;
const BATCH = 200;
/** Cameras for which it is remembered how many pictures a viewer was not sent; the first are forgotten. */
const MAX_SKIPPED_CAMERAS = 1_000;
/** How often a line that is full is looked at again, milliseconds: at first, and where it stays full. */
const LOOK_MS = 50;
const MAX_LOOK_MS = 1_000;
/** A replica that reads the same stream gets to a cursor that another has told within this of what it last read; else it was another stream. */
const CATCH_UP_MS = 5_000;

export type Watch = '*' | string[];

/**
 * `waiting`: not greeted yet. `catching-up`: it is told what it missed from the history, without pictures. `live`: it gets each
 * outcome as it comes, with its picture. `closed`: it is told nothing any more.
 */
export type ViewerState = 'waiting' | 'catching-up' | 'live' | 'closed';

const NEXT: Record<ViewerState, readonly ViewerState[]> = {
  waiting: ['catching-up', 'closed'],
  'catching-up': ['live', 'closed'],
  live: ['catching-up', 'closed'],
  closed: [],
};

/** One viewer: a cursor over the history, which goes on to its end and follows it. A viewer whose line is full falls behind, and catches up. */
export interface Viewer {
  readonly wire: Wire;
  readonly state: ViewerState;
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
  /** Makes what is told after the fact. */
  replays: (entry: Entry) => Push;
  metrics: Metrics;
  log: Log;
  catchUpMs?: number;
}): Viewer {
  const { wire, node_id, history, live, replays, metrics, log, catchUpMs = CATCH_UP_MS } = options;
  let state: ViewerState = 'waiting';
  let watched: '*' | Set<string> = new Set();
  /** Of the last outcome it was told; of no meaning while it waits. */
  let at = -1;
  const ended = new AbortController();
  const skipped = new Map<string, number>();
  let skippedChanged = false;

  /** As a function: what a state was before an `await` says nothing of what it is after it. */
  const is = (asked: ViewerState) => state === asked;

  function become(next: ViewerState): void {
    if (!NEXT[state].includes(next)) throw new Error(`a viewer that is ${state} cannot become ${next}`);
    state = next;
  }

  async function begin(resume?: number): Promise<void> {
    await live;
    const arrived = resume === undefined || (await reaches(resume));
    if (is('waiting')) start(resume, arrived);
  }

  /** While it still reads what was recorded before this viewer came, it is on its way there, however slow the broker is. */
  async function reaches(cursor: number): Promise<boolean> {
    const came = Date.now() / 1000;
    let [since, seen] = [Date.now(), history.cursor];
    for (; history.cursor < cursor; await sleep(LOOK_MS, ended.signal)) {
      const isPast = (history.newest(1)[0]?.timestamp ?? 0) < came;
      if (history.cursor !== seen && isPast) [since, seen] = [Date.now(), history.cursor];
      if (Date.now() - since > catchUpMs || is('closed')) return false;
    }
    return true;
  }

  function start(resume: number | undefined, arrived: boolean): void {
    const whole = resume === undefined || (arrived && history.after(resume, 1) !== undefined);
    greet(whole && resume !== undefined ? resume : history.cursor, whole);
    if (!is('catching-up')) fallBehind();
  }

  function greet(cursor: number, resumed: boolean): void {
    at = cursor;
    wire.tell({ type: 'hello', node_id, cursor, resumed });
  }

  function fallBehind(): void {
    become('catching-up');
    const caughtUp = catchUp().catch((error) => {
      wire.close('an error of this replica: connect again'); // it would wait for ever
      throw error;
    });
    background(caughtUp, log, 'catching a viewer up');
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      await room();
      if (is('closed')) return;
      const missed = history.after(at, BATCH);
      if (missed?.length === 0) return become('live');
      if (missed) replay(missed);
      else greet(history.cursor, false); // too far behind: what it missed is not held any more
      await new Promise(setImmediate); // the others' turn
    }
  }

  /** Ends when its line has room, or is closed. */
  async function room(): Promise<void> {
    for (let wait = LOOK_MS; wire.buffered > PICTURES_BELOW && !is('closed'); wait = Math.min(2 * wait, MAX_LOOK_MS))
      await sleep(wait, ended.signal);
  }

  function replay(missed: Entry[]): void {
    for (const entry of missed) {
      push(replays(entry), false);
      if (wire.buffered > ANYTHING_BELOW) return; // records differ in size
    }
  }

  function push(next: Push, withPicture: boolean): void {
    at = next.cursor;
    wire.push(next, withPicture);
    metrics.messages.inc({ protocol: wire.protocol });
  }

  function skip(camera: string): void {
    skipped.set(camera, (skipped.get(camera) ?? 0) + 1);
    if (skipped.size > MAX_SKIPPED_CAMERAS) skipped.delete(skipped.keys().next().value!);
    skippedChanged = true;
    metrics.skipped.inc();
  }

  const watches = (camera: string) => watched === '*' || watched.has(camera);

  return {
    wire,
    get state() {
      return state;
    },
    get watched() {
      return watched;
    },
    watch(cameras) {
      watched = cameras === '*' ? '*' : new Set(cameras);
    },
    begin,
    offer(next) {
      if (!is('live') || next.cursor <= at) return;
      const { camera_id } = next.record;
      const wanted = next.hasPicture && watches(camera_id);
      const fits = wire.buffered <= PICTURES_BELOW;
      if (wanted && !fits) skip(camera_id);
      if (wire.buffered > ANYTHING_BELOW) fallBehind();
      else push(next, wanted && fits);
    },
    tell(message) {
      if (wire.buffered > ANYTHING_BELOW) return false;
      if (!is('closed')) wire.tell(message);
      return true;
    },
    restart() {
      if (is('catching-up') || is('live')) start(undefined, true);
    },
    takeSkipped() {
      if (!skippedChanged) return undefined;
      skippedChanged = false;
      return Object.fromEntries(skipped);
    },
    end() {
      if (is('closed')) return;
      become('closed');
      ended.abort();
    },
  };
}
