import type { CameraRecord, ConnectorRecord, ResultRecord } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { guarded } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { type Cameras, createCameras } from './cameras/cameras.ts';
import { createDismissal, type Dismissal } from './cameras/dismissal.ts';
import { createFrameRateBaselines } from './cameras/frame-rate-baseline.ts';
import { createRenames, type Renames } from './cameras/renames.ts';
import { type Collector, createCollector } from './diagnosis/collector.ts';
import { createDetectionFunctions, type DetectionFunctions } from './diagnosis/functions.ts';
import { createIncidents, type Incidents } from './diagnosis/incidents/incidents.ts';
import { createSlowest, type Slowest } from './latency/slowest.ts';
import { createStageTimings, type StageTimings } from './latency/stages.ts';
import { createLedger } from './ledger/ledger.ts';
import { createLedgerAnswers, type LedgerAnswers } from './ledger/ledger-answers.ts';
import type { Metrics } from './metrics.ts';
import { createFrameJoin } from './stream/frame-join.ts';
import { createHistory, type History } from './stream/history.ts';
import { listenForNotifications } from './stream/notifications.ts';
import { createResultReader } from './stream/reader.ts';
import { createWatchedFrames } from './stream/watched-frames.ts';
import { createWatchedTracks } from './stream/watched-tracks.ts';
import { createHub, type Hub } from './viewers/hub.ts';

const BEAT_MS = 1_000;

/** All that is known of frames, and the viewers that are shown them. Each part answers for itself. */
export interface Results {
  history: History;
  cameras: Pick<Cameras, 'views'>;
  renames: Pick<Renames, 'isOf'>;
  dismiss: Dismissal;
  ledger: LedgerAnswers;
  timings: StageTimings;
  slowest: Slowest;
  incidents: Incidents;
  collector: Collector;
  functions: Pick<DetectionFunctions, 'list'>;
  hub: Hub;
  /** Why outcomes do not come. */
  problem(): string | undefined;
  /** Says goodbye to all viewers, and resolves when they have left. */
  close(): Promise<void>;
}

/**
 * From the broker to the viewers. The reader takes each record from `result_queue`. A result enters every account at once, in the
 * order of the stream; then it waits for its frame, if somebody watches that camera, and the hub sends both to the viewers.
 */
export function createResults(options: {
  broker: Broker;
  node_id: string;
  /** How far back the stream is read at the start: `10m`. */
  window: string;
  metrics: Metrics;
  /** A viewer drew a frame of this camera that was so old, milliseconds. */
  onDrawn(camera: string, ageMs: number): void;
  /** An outcome was sent to so many viewers. */
  onDelivered?(record: ResultRecord, viewers: number, withFrame: boolean): void;
  log: Log;
}): Results {
  const { broker, node_id, window, metrics, onDrawn, onDelivered, log } = options;
  const history = createHistory();
  const renames = createRenames();
  const cameras = createCameras();
  const ledger = createLedger();
  const ledgerAnswers = createLedgerAnswers(ledger);
  const timings = createStageTimings();
  const slowest = createSlowest();
  const functions = createDetectionFunctions();

  const stream = createResultReader({
    broker,
    window,
    events: {
      begin: onBegin,
      result: onResult,
      repeated: ledger.repeated,
      passed: ledger.passed,
      camera: onCamera,
      change: (record) => incidents.change(record),
      connector: onConnector,
      incident: (record) => incidents.finding(record),
    },
    metrics,
    log,
  });
  const frames = createWatchedFrames({ broker, node_id, metrics, log });
  const tracks = createWatchedTracks({ broker, onTracks: (record) => hub.tracks(record), metrics, log });
  const hub = createHub({
    node_id,
    history,
    cameras,
    live: stream.live,
    onWatch(watched) {
      frames.want(watched);
      tracks.want(watched);
    },
    onDrawn,
    onDelivered,
    metrics,
    log,
  });
  listenForNotifications({ broker, onNotification: hub.notify, log });
  const join = createFrameJoin(frames, guarded(hub.deliver, log, 'delivering an outcome'));
  const incidents = createIncidents({ broker, node_id, isLive: () => stream.isLive, log });
  const collector = createCollector({
    timings,
    baselines: createFrameRateBaselines(),
    functions,
    cameras: cameras.views,
    missing: ledgerAnswers.missing,
    viewers: hub.delivery,
    stream,
  });
  metrics.onLedger(ledgerAnswers.totals);

  /** Forgets all that is known of the stream: it is read from here on, or it is another one than before. */
  function onBegin(after: number): void {
    for (const part of [join, renames, cameras, ledger, timings, collector, slowest, functions]) part.clear();
    incidents.begin(after + 1);
    history.restart(after);
    hub.restart();
  }

  function onResult(record: ResultRecord, cursor: number): void {
    const entry = { record, cursor };
    // of a camera that has another id now
    const camera_id = renames.currentOf(record);
    const current = camera_id === record.camera_id ? record : { ...record, camera_id };
    ledger.add(current);
    timings.add(record);
    slowest.add(record);
    cameras.result(current);
    collector.result(record, stream.isLive);
    history.add(entry);
    // what the stream held at the start is sent to each viewer from the history, when it joins
    if (stream.isLive) join.add(entry, hub.isWatched(record.camera_id));
  }

  function onCamera(record: CameraRecord): void {
    const renamed = renames.camera(record);
    if (renamed) ledger.rename(renamed.from, renamed.to);
    const isNews = cameras.camera(record);
    collector.camera(record);
    incidents.camera(record);
    if (isNews && stream.isLive) hub.cameraChanged();
  }

  function onConnector(record: ConnectorRecord): void {
    ledger.connector(record);
    functions.connector(record);
  }

  function onBeat(): void {
    hub.beat();
    collector.beat();
  }
  const beat = setInterval(guarded(onBeat, log, 'the beat of a second'), BEAT_MS).unref();

  return {
    history,
    cameras,
    renames,
    dismiss: createDismissal({ broker, cameras }),
    ledger: ledgerAnswers,
    timings,
    slowest,
    incidents,
    collector,
    functions,
    hub,
    problem() {
      const problem = stream.problem();
      if (problem !== undefined) return problem;
      if (!stream.isLive) return 'what the stream holds is still being read';
      return stream.isKnown ? undefined : 'whether result_queue is the same stream as before is being found out';
    },
    async close() {
      clearInterval(beat);
      for (const part of [frames, incidents]) part.close();
      const closing = stream.close();
      join.clear();
      await hub.close();
      await closing;
    },
  };
}
