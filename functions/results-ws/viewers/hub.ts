import type { CloudEvent, ResultRecord, TracksRecord } from '@framewire/contract';
import { background, guarded, waitFor } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Cameras } from '../cameras/cameras.ts';
import type { Metrics } from '../metrics.ts';
import type { Entry, History } from '../stream/history.ts';
import { createCameraUpdates } from './camera-updates.ts';
import { createDeliveryStatistics, type DeliverySummary } from './delivery-statistics.ts';
import { createReplayCache } from './replay-cache.ts';
import { createResultMessage } from './result-message.ts';
import {
  AN_ERROR,
  CLOSE_TIMEOUT_MS,
  type ControlMessage,
  GOODBYE,
  type TracksMessage,
  type Transport,
} from './transport.ts';
import { createViewer, type Viewer, type Watch, type Watched } from './viewer.ts';

/** How soon the rest of the system hears what is watched, milliseconds: thousands may join or leave at once. */
const WATCH_MS = 50;

/** The viewers of this replica: who is connected, what they watch, and what they are sent. */
export interface Hub {
  /** Viewers that are connected. */
  readonly size: number;
  /** No viewer is taken any more. */
  readonly isClosing: boolean;
  /** A viewer joins. What it watches and where it resumes is its own to say. */
  join(connection: Transport): Session;
  /** Whether somebody watches this camera. */
  isWatched(camera: string): boolean;
  /** A new outcome, which the history has already, with its JPEG where that came in time. */
  deliver(entry: Entry, jpeg: Uint8Array | undefined): void;
  /** A rule matched: every viewer is sent it, save one whose connection is full. */
  notify(event: CloudEvent): void;
  /** What is followed in a frame. It goes to those who watch that camera. */
  tracks(record: TracksRecord): void;
  /** A camera changed its state: viewers hear it now, and not at the next beat. */
  cameraChanged(): void;
  /** The stream was replaced by another one: cursors start over. */
  restart(): void;
  /** Once a second: sends viewers what changed. */
  beat(): void;
  delivery(): DeliverySummary;
  /** Says goodbye to all, and resolves when they have left. */
  close(): Promise<void>;
}

/** What a viewer does, by whatever connection. */
export interface Session {
  /** The first call begins, with what came after `resume`; a later one changes whose frames, and the outcomes of which topics, it gets. */
  watch(watch: { cameras: Watch; topics?: Watch; resume?: number }): void;
  /** Says something to this viewer alone; nothing where its connection is full. */
  answer(message: ControlMessage): void;
  /** How old frames of a camera were when it drew them, milliseconds. */
  drawn(latencies: { camera_id: string; latency: number }[]): void;
  /** It has disconnected. */
  leave(): void;
}

export function createHub(options: {
  node_id: string;
  history: History;
  cameras: Pick<Cameras, 'views' | 'takeChanged'>;
  /** Resolves when the history holds what the stream held at the start. */
  live: Promise<void>;
  onWatch(cameras: Watched): void;
  onDrawn(camera: string, ageMs: number): void;
  /** An outcome was sent to so many viewers. */
  onDelivered?(record: ResultRecord, viewers: number, withFrame: boolean): void;
  metrics: Metrics;
  log: Log;
}): Hub {
  const { node_id, history, cameras, live, metrics, log } = options;
  const viewers = new Set<Viewer>();
  const updates = createCameraUpdates({ viewers, cameras, log });
  const statistics = createDeliveryStatistics();
  const replays = createReplayCache();
  /** What somebody watches: asked at each outcome, and changed far less often. */
  let watched: Watched = new Set();
  let watching: NodeJS.Timeout | undefined;
  let isClosing = false;

  /** A viewer to whom something cannot be sent is cut off, so that it comes back: it must not cost the others their turn. */
  function toEach(act: (viewer: Viewer) => void): void {
    for (const viewer of viewers) {
      try {
        act(viewer);
      } catch (error) {
        background(Promise.reject(error), log, 'sending to a viewer');
        viewer.connection.close(AN_ERROR);
      }
    }
  }

  const isWatched = (camera: string) => watched === '*' || watched.has(camera);

  function deliver({ cursor, record }: Entry, jpeg: Uint8Array | undefined): void {
    if (viewers.size === 0) return;
    const message = createResultMessage({ cursor, record, jpeg });
    toEach((viewer) => viewer.offer(message));
    if (jpeg) statistics.frame(record.camera_id);
    else if (record.outcome === 'detected' && isWatched(record.camera_id)) metrics.missing.inc();
    metrics.send.observe({ stage: 'send' }, Math.max(0, Date.now() / 1000 - record.timestamp));
    options.onDelivered?.(record, viewers.size, jpeg !== undefined);
  }

  function tracks({ camera_id, topic, frame_id, tracks }: TracksRecord): void {
    if (!isWatched(camera_id)) return;
    const numbers = tracks.map(({ id, detection }) => ({ id, detection }));
    const message: TracksMessage = { type: 'tracks', camera_id, topic, frame_id, tracks: numbers };
    toEach((viewer) => viewer.tracks(message));
  }

  function beat(): void {
    updates.sendChanges();
    for (const viewer of viewers) sendSkipped(viewer);
    statistics.beat(viewers);
  }

  function sendSkipped(viewer: Viewer): void {
    const skipped = viewer.takeSkipped();
    if (!skipped) return;
    viewer.send({ type: 'skipped', cameras: skipped });
    const total = Object.values(skipped).reduce((sum, frames) => sum + frames, 0);
    statistics.skipped(viewer, total);
  }

  function watchSoon(): void {
    if (!watching) watching = setTimeout(guarded(followWatched, log, 'following what is watched'), WATCH_MS);
  }

  function followWatched(): void {
    watching = undefined;
    const all = [...viewers].map((viewer) => viewer.watched);
    watched = all.includes('*') ? '*' : new Set(all.flatMap((cameras) => [...cameras]));
    options.onWatch(watched);
  }

  function join(connection: Transport): Session {
    const viewer = createViewer({ connection, node_id, history, live, replays, metrics, log });
    viewers.add(viewer);
    metrics.viewers.inc({ protocol: connection.protocol });
    let begun = false;
    return {
      watch({ resume, ...wanted }) {
        viewer.watch(wanted);
        watchSoon();
        if (begun) return;
        begun = true;
        updates.sendAll(viewer);
        background(viewer.begin(resume), log, 'greeting a viewer');
      },
      answer(message) {
        viewer.send(message);
      },
      drawn(latencies) {
        for (const { camera_id, latency } of latencies) options.onDrawn(camera_id, latency);
      },
      leave: () => leave(viewer),
    };
  }

  function leave(viewer: Viewer): void {
    if (!viewers.delete(viewer)) return;
    updates.forget(viewer);
    viewer.end();
    watchSoon();
    metrics.viewers.dec({ protocol: viewer.connection.protocol });
  }

  return {
    get size() {
      return viewers.size;
    },
    get isClosing() {
      return isClosing;
    },
    join,
    isWatched,
    deliver,
    tracks,
    notify(event) {
      const message: ControlMessage = { type: 'notification', event };
      toEach((viewer) => viewer.send(message));
    },
    cameraChanged: updates.sendSoon,
    restart: () => toEach((viewer) => viewer.restart()),
    beat,
    delivery: statistics.summary,
    async close() {
      isClosing = true;
      updates.close();
      for (const { connection } of viewers) connection.close(GOODBYE);
      await waitFor('the viewers to leave', () => viewers.size === 0, { timeout: 2 * CLOSE_TIMEOUT_MS }).catch(
        (error) => log.warn({ viewers: viewers.size, why: error.message }, 'some viewers did not leave'),
      );
    },
  };
}
