import type { ResultRecord } from '@framewire/contract';
import { background, createStates, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import type { Entry, History } from '../stream/history.ts';
import type { ResultMessage } from './result-message.ts';
import { createSlowViewer, POLL_MS } from './slow-viewer.ts';
import { AN_ERROR, type ControlMessage, type TracksMessage, type Transport } from './transport.ts';

const BATCH = 200;
/** A replica reads the cursor that another one gave out within this after its last progress; else it was another stream. */
const CATCH_UP_MS = 5_000;

export type Watch = '*' | string[];
export type Watched = '*' | ReadonlySet<string>;

/**
 * What a viewer is at:
 * - `waiting`: it has not been greeted yet;
 * - `catching-up`: it gets what it missed from the history, without frames;
 * - `live`: it gets each outcome as it comes, with its JPEG;
 * - `closed`: it is sent nothing any more.
 */
export type ViewerState = 'waiting' | 'catching-up' | 'live' | 'closed';

const NEXT: Record<ViewerState, readonly ViewerState[]> = {
  waiting: ['catching-up', 'closed'],
  'catching-up': ['live', 'closed'],
  live: ['catching-up', 'closed'],
  closed: [],
};

/** One viewer: a cursor over the history that moves to its end and follows it. A viewer whose connection is full falls behind, and catches up. */
export interface Viewer {
  readonly connection: Transport;
  readonly state: ViewerState;
  readonly watched: Watched;
  /** @param watch whose frames it wants, and the outcomes and frames of which topics: of all where it does not say. */
  watch(watch: { cameras: Watch; topics?: Watch }): void;
  /** Greets it, sends what came after `resume`, and goes on with what comes. To be called once. */
  begin(resume?: number): Promise<void>;
  /** A new outcome, which the history has already. */
  offer(message: ResultMessage): void;
  /** False where its connection is full: it was not sent. */
  send(message: ControlMessage): boolean;
  /** The numbers at the boxes of a frame, if it watches that camera and its connection has room. */
  tracks(message: TracksMessage): void;
  /** The stream was replaced by another one: cursors start over. */
  restart(): void;
  /** Frames it was not sent for lack of room, by camera, where that changed since the last call. */
  takeSkipped(): Record<string, number> | undefined;
  /** It has disconnected. */
  end(): void;
}

export function createViewer(options: {
  connection: Transport;
  node_id: string;
  history: History;
  /** Resolves when the history holds what the stream held at the start. */
  live: Promise<void>;
  /** Makes the messages for what it missed. */
  replays: (entry: Entry) => ResultMessage;
  metrics: Metrics;
  log: Log;
  catchUpMs?: number;
}): Viewer {
  const { connection, node_id, history, live, replays, metrics, log, catchUpMs = CATCH_UP_MS } = options;
  const state = createStates(NEXT, 'waiting');
  let watched: '*' | Set<string> = new Set();
  let topics: '*' | Set<string> = '*';
  /** Of the last outcome that it was sent; of no meaning while it waits. */
  let cursor = -1;
  const ended = new AbortController();
  const slow = createSlowViewer(connection, metrics);

  /** As a function: what a state was before an `await` says nothing of what it is after it. */
  const is = (asked: ViewerState) => state.now === asked;

  async function begin(resume?: number): Promise<void> {
    await live;
    const arrived = resume === undefined || (await reaches(resume));
    if (is('waiting')) start(resume, arrived);
  }

  /** Whether this replica reads that cursor. While it still reads what was recorded before this viewer came it is on its way there. */
  async function reaches(resume: number): Promise<boolean> {
    const came = Date.now() / 1000;
    let [since, seen] = [Date.now(), history.cursor];
    for (; history.cursor < resume; await sleep(POLL_MS, ended.signal)) {
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

  function greet(from: number, resumed: boolean): void {
    cursor = from;
    connection.send({ type: 'hello', node_id, cursor, resumed });
  }

  function fallBehind(): void {
    state.to('catching-up');
    const caughtUp = catchUp().catch((error) => {
      connection.close(AN_ERROR); // it would wait for ever
      throw error;
    });
    background(caughtUp, log, 'catching a viewer up');
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      await slow.room(ended.signal);
      if (is('closed')) return;
      const missed = history.after(cursor, BATCH);
      if (missed?.length === 0) return state.to('live');
      if (missed) replay(missed);
      else greet(history.cursor, false); // too far behind: what it missed is not held any more
      await new Promise(setImmediate); // the others' turn
    }
  }

  function replay(missed: Entry[]): void {
    for (const entry of missed) {
      if (wants(entry.record)) sendResult(replays(entry), false);
      else cursor = entry.cursor;
      if (!slow.takesAnything) return; // records differ in size
    }
  }

  function sendResult(message: ResultMessage, withFrame: boolean): void {
    cursor = message.cursor;
    connection.sendResult(message, withFrame);
    metrics.messages.inc({ protocol: connection.protocol });
  }

  const wants = ({ topic }: Pick<ResultRecord, 'topic'>) => topics === '*' || topics.has(topic);
  const watches = (camera: string) => watched === '*' || watched.has(camera);

  return {
    connection,
    get state() {
      return state.now;
    },
    get watched() {
      return watched;
    },
    watch({ cameras, topics: wanted = '*' }) {
      watched = cameras === '*' ? '*' : new Set(cameras);
      topics = wanted === '*' ? '*' : new Set(wanted);
    },
    begin,
    offer(message) {
      if (!is('live') || message.cursor <= cursor) return;
      if (!wants(message.record)) {
        cursor = message.cursor;
        return;
      }
      const { camera_id } = message.record;
      const wanted = message.hasJpeg && watches(camera_id);
      const fits = slow.takesFrames;
      if (wanted && !fits) slow.skip(camera_id);
      if (slow.takesAnything) sendResult(message, wanted && fits);
      else fallBehind();
    },
    send(message) {
      if (!slow.takesAnything) return false;
      if (!is('closed')) connection.send(message);
      return true;
    },
    tracks(message) {
      const { camera_id, topic } = message;
      if (is('live') && watches(camera_id) && wants({ topic }) && slow.takesFrames) connection.send(message);
    },
    restart() {
      if (is('catching-up') || is('live')) start(undefined, true);
    },
    takeSkipped: slow.takeSkipped,
    end() {
      if (is('closed')) return;
      state.to('closed');
      ended.abort();
    },
  };
}
