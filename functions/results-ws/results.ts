import type { CameraView, Event, Finding, LedgerAnswer, ResultRecord, WayAnswer } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { background, guarded, waitFor } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createCameras } from './cameras/cameras.ts';
import { createObserver, type Observed } from './diagnosis/collector.ts';
import { createIncidentLog } from './diagnosis/incidents/incident-feed.ts';
import { createChronicle, type FindingEvent } from './diagnosis/incidents/incident-log.ts';
import type { Objective } from './latency/slo.ts';
import { createSlowest } from './latency/slowest.ts';
import { createWay } from './latency/stages.ts';
import { createLedger } from './ledger/ledger.ts';
import type { Metrics } from './metrics.ts';
import { createHistory, type Entry, type History, type PageQuery } from './stream/history.ts';
import { createLine } from './stream/picture-join.ts';
import { createPictures } from './stream/picture-queue.ts';
import { createStreamReader } from './stream/reader.ts';
import { FAREWELL_MS, type Told, type Wire } from './viewers/connection.ts';
import { createReplays } from './viewers/replay-cache.ts';
import { createPush } from './viewers/result-message.ts';
import { createViewer, type Viewer, type Watch } from './viewers/viewer.ts';

/** How often viewers are told what changed, and how soon that a camera's state did, milliseconds. */
const TELL_MS = 1_000;
const TELL_SOON_MS = 50;
/** How often the bindings follow what is watched, milliseconds: thousands may come or leave at once. */
const WANT_MS = 50;

const GOODBYE = 'this replica ends: connect again';

/** Everything between the broker and the viewers: each outcome once, in the order of the stream, with its picture. */
export interface Results {
  cameras(): CameraView[];
  /** The newest first. */
  frames(most: number, camera?: string): ResultRecord[];
  /** A part of the outcomes that are kept, the newest first. */
  page(asked: PageQuery): ReturnType<History['page']>;
  /** What became of every frame. */
  ledger(): LedgerAnswer;
  /** The slowest of the last quarter of an hour first. */
  slowest(most: number, camera?: string): ResultRecord[];
  /** One frame, while it is kept. */
  frame(frameId: string): ResultRecord | undefined;
  /** Where the time of the last frames went, and what holds them back. */
  way(): WayAnswer;
  /** What the verdict is made of, as far as the stream and the viewers tell it. */
  observe(): Observed;
  /** What happened, the newest first, and since when that is known, seconds since the epoch. */
  events(most: number): { events: Event[]; known_since: number | null };
  /** An incident by its id; undefined where it is not known. */
  incident(id: string): FindingEvent | undefined;
  /** Under which id the stream knows what is found. */
  incidentOf(finding: Finding): string | undefined;
  /** Sees to it that the stream says what was found. @param until absent at its beginning. */
  tell(finding: Finding, until?: number): void;
  readonly viewers: number;
  /** No viewer is taken any more. */
  readonly isClosing: boolean;
  /** A viewer joins. What it watches and where it resumes is its own to say. */
  join(wire: Wire): Session;
  /** Why outcomes do not come, in words. */
  problem(): string | undefined;
  /** Says goodbye to all, and resolves when they are gone. */
  close(): Promise<void>;
}

/** A viewer's side of its line. */
export interface Session {
  /** The first call begins, with what came after `resume`; a later one changes whose pictures it gets. */
  watch(cameras: Watch, resume?: number): void;
  /** Says something to this viewer alone; nothing where its line is full. */
  answer(message: Told): void;
  /** How old pictures of a camera were when it drew them, milliseconds. */
  drawn(ages: { camera_id: string; age: number }[]): void;
  /** It is gone. */
  leave(): void;
}

export function createResults(options: {
  broker: Broker;
  node_id: string;
  /** How far back the stream is read at the start. */
  window: string;
  metrics: Metrics;
  objective: Objective;
  /** Told of each outcome that went to viewers, and whether with its picture. */
  pushed?(record: ResultRecord, viewers: number, withPicture: boolean): void;
  log: Log;
}): Results {
  const { broker, node_id, window, metrics, objective, log } = options;
  const viewers = new Set<Viewer>();
  /** Viewers whose line was full when something changed. */
  const owing = new Set<Viewer>();
  /** Cameras that somebody watches: asked of each outcome, and changed far less often. */
  let watched: '*' | ReadonlySet<string> = new Set();
  let isClosing = false;
  let countedSince = Date.now() / 1000;
  let soon: NodeJS.Timeout | undefined;
  let everything: Told | undefined;
  const history = createHistory();
  const replays = createReplays();
  const cameras = createCameras(() => countedSince);
  const ledger = createLedger();
  const way = createWay();
  const slowest = createSlowest();
  const chronicle = createChronicle({ broker, node_id, isLive: () => reader.isLive, log });
  const incidents = createIncidentLog({ broker, chronicle, log });
  const observer = createObserver({
    way,
    cameras: () => cameras.views(),
    missing: ledger.missing,
    problem: () => reader.problem(),
    isLive: () => reader.isLive,
  });
  metrics.onLedger(() => ledger.answer().totals);
  const pictures = createPictures({ broker, node_id, metrics, log });
  /** One that cannot be told something is ended, so that it comes back: it must not cost the others their turn. */
  function toEach(act: (viewer: Viewer) => void): void {
    for (const viewer of viewers) {
      try {
        act(viewer);
      } catch (error) {
        background(Promise.reject(error), log, 'telling a viewer');
        viewer.wire.close('an error of this replica: connect again');
      }
    }
  }

  function onReady(entry: Entry, jpeg: Uint8Array | undefined): void {
    const { cursor, record } = entry;
    history.add(entry);
    cameras.result(record);
    if (viewers.size === 0 || !reader.isLive) return; // what was recorded before is told to each as it begins
    const push = createPush({ cursor, record, jpeg });
    if (jpeg) observer.picture(record.camera_id);
    toEach((viewer) => viewer.offer(push));
    options.pushed?.(record, viewers.size, jpeg !== undefined);
    metrics.push.observe({ stage: 'push' }, Math.max(0, Date.now() / 1000 - record.timestamp));
    if (!jpeg && record.outcome === 'detected' && isWatched(record.camera_id)) metrics.missing.inc();
  }
  const line = createLine(pictures, guarded(onReady, log, 'an outcome on its way to viewers'));
  const reader = createStreamReader({
    broker,
    window,
    metrics,
    log,
    events: {
      begin(after) {
        line.clear();
        cameras.clear();
        ledger.clear();
        way.clear();
        observer.clear();
        slowest.clear();
        incidents.begin(after + 1);
        history.restart(after);
        toEach((viewer) => viewer.restart());
      },
      repeated: ledger.repeated,
      passed: ledger.passed,
      result(record, cursor) {
        ledger.add(record);
        observer.result(record, reader.isLive);
        slowest.add(record);
        countedSince = Math.min(countedSince, record.timestamp);
        line.add({ record, cursor }, reader.isLive && isWatched(record.camera_id));
      },
      camera(record) {
        const isNews = cameras.camera(record);
        observer.camera(record);
        incidents.camera(record);
        if (isNews && reader.isLive) soon ??= setTimeout(tellSoon, TELL_SOON_MS);
      },
      connector: ledger.connector,
      verdict: incidents.verdict,
    },
  });

  const isWatched = (camera: string) => watched === '*' || watched.has(camera);

  let wanting: NodeJS.Timeout | undefined;
  const wantSoon = () => {
    if (!wanting) wanting = setTimeout(guarded(wantPictures, log, 'following what is watched'), WANT_MS);
  };
  function wantPictures(): void {
    wanting = undefined;
    const all = [...viewers].map((viewer) => viewer.watched);
    watched = all.includes('*') ? '*' : new Set(all.flatMap((cameras) => [...cameras]));
    pictures.want(watched);
  }

  function tellChanges(): void {
    clearTimeout(soon);
    soon = undefined;
    const changed = cameras.takeChanged();
    if (changed.length > 0) everything = undefined;
    const changes: Told = { type: 'cameras', cameras: changed };
    for (const viewer of viewers) {
      const all = owing.has(viewer);
      if (changed.length === 0 && !all) continue;
      if (viewer.tell(all ? allCameras() : changes)) owing.delete(viewer);
      else owing.add(viewer);
    }
  }

  const tellSoon = guarded(tellChanges, log, 'telling viewers what changed');

  /** One message for all who come before the next change: it is encoded once. */
  function allCameras(): Told {
    everything ??= { type: 'cameras', cameras: cameras.views(), all: true };
    return everything;
  }

  function onBeat(): void {
    tellChanges();
    for (const viewer of viewers) {
      const skipped = viewer.takeSkipped();
      if (!skipped) continue;
      viewer.tell({ type: 'skipped', cameras: skipped });
      observer.skipped(
        viewer,
        Object.values(skipped).reduce((total, pictures) => total + pictures, 0),
      );
    }
    observer.beat(viewers);
  }
  const beat = setInterval(guarded(onBeat, log, 'telling viewers what changed'), TELL_MS);
  beat.unref();

  return {
    cameras: () => cameras.views(),
    frames: (most, camera) => history.newest(most, camera),
    page: history.page,
    ledger: ledger.answer,
    slowest: slowest.list,
    frame: (frameId) => history.find(frameId) ?? slowest.find(frameId),
    way: way.answer,
    observe: observer.observe,
    events: (most) => ({ events: chronicle.events(most), known_since: incidents.since ?? ledger.knownSince ?? null }),
    incident: chronicle.incident,
    incidentOf: chronicle.idOf,
    tell: chronicle.tell,
    get viewers() {
      return viewers.size;
    },
    get isClosing() {
      return isClosing;
    },
    problem() {
      const problem = reader.problem();
      if (problem !== undefined) return problem;
      if (!reader.isLive) return 'what the stream holds is still being read';
      return reader.isKnown ? undefined : 'whether result_queue is the same stream as before is being found out';
    },
    join(wire) {
      const viewer = createViewer({ wire, node_id, history, live: reader.live, replays, metrics, log });
      viewers.add(viewer);
      metrics.viewers.inc({ protocol: wire.protocol });
      let begun = false;
      return {
        watch(cameraIds, resume) {
          viewer.watch(cameraIds);
          wantSoon();
          if (begun) return;
          begun = true;
          viewer.tell(allCameras());
          background(viewer.begin(resume), log, 'greeting a viewer');
        },
        answer(message) {
          viewer.tell(message);
        },
        drawn(ages) {
          for (const { camera_id, age } of ages) objective.drawn(camera_id, age);
        },
        leave() {
          if (!viewers.delete(viewer)) return;
          owing.delete(viewer);
          viewer.end();
          wantSoon();
          metrics.viewers.dec({ protocol: wire.protocol });
        },
      };
    },
    async close() {
      isClosing = true;
      clearInterval(beat);
      clearTimeout(soon);
      pictures.close();
      reader.close();
      incidents.close();
      chronicle.close();
      line.clear();
      for (const { wire } of viewers) wire.close(GOODBYE);
      await waitFor('the viewers to leave', () => viewers.size === 0, { timeout: 2 * FAREWELL_MS }).catch((error) =>
        log.warn({ viewers: viewers.size, why: error.message }, 'some viewers did not leave'),
      );
    },
  };
}
