import { isDeepStrictEqual } from 'node:util';
import { type CameraRecord, type CameraSpec, cameraId, cameraTopics } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { type Backpressure, createFramePublisher } from '@framewire/runtime/frames';
import { background, createTurns, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { parseAddress } from './address/address.ts';
import type { Media } from './address/media.ts';
import { type Camera, createCamera } from './capture/camera.ts';
import { createOutbox } from './capture/outbox.ts';
import { createSlots } from './capture/slots.ts';
import type { StateReporter } from './capture/state-reporter.ts';
import { captureRate, createCameraTopics } from './capture/topics.ts';
import { createCameraList, type RefusedEntry } from './list/list.ts';
import type { Store } from './list/store.ts';
import type { CameraMetrics } from './metrics.ts';
import type { NamedCameras } from './settings.ts';
import type { CaptureSpec, OpenSourceFn } from './video/source.ts';

/** Sources that are opened at once. Each gives its slot to the next when it is online or fails, at the latest after `OPENING_MS`. */
const MAX_OPENING = 8;
const OPENING_MS = 2_000;
/** Pause before a list that could not be read is read again, milliseconds. */
const READ_AGAIN_MS = 5_000;

export interface CamerasOptions {
  /** Opens a camera's source. */
  source(id: string, spec: CaptureSpec): OpenSourceFn;
  store: Store;
  media: Media;
  /** Cameras that the setting names. */
  named?: NamedCameras;
  broker: Broker;
  backpressure: Pick<Backpressure, 'admits'>;
  reporter: StateReporter;
  metrics: CameraMetrics;
  log: Log;
}

/** The cameras that run, and their list on disk. No camera waits for another. */
export interface Cameras {
  /** Reads the list and begins with its cameras. Until then there are none, and none can be put. Never rejects. */
  open(): Promise<void>;
  /** Why the list cannot be read, while that is so. */
  problem(): string | undefined;
  /** Entries of the list that are no cameras. */
  refused(): RefusedEntry[];
  list(): Camera[];
  get(id: string): Camera | undefined;
  /** Rejects where a camera may not play that. */
  check(spec: CameraSpec): Promise<void>;
  /** Saves a camera, then starts it, or restarts it where its spec changed. Rejects with `NotSaved` or `ListUnreadable`, unchanged. */
  put(id: string, spec: CameraSpec): Promise<{ camera: Camera; created: boolean }>;
  /** Saves the list without it, then ends it. False where there is none. Rejects as `put` does: then it runs on. */
  remove(id: string): Promise<boolean>;
  /** Ends them all; the list stays. */
  close(): Promise<void>;
}

export function createCameras(options: CamerasOptions): Cameras {
  const { source, store, media, named, broker, backpressure, reporter, metrics, log } = options;
  const list = createCameraList({ store, named, files: media.named, log });
  const running = new Map<string, Camera>();
  const slots = createSlots(MAX_OPENING, OPENING_MS);
  const inTurn = createTurnsById();
  let closing = false;
  let stopReading = () => {};

  function start(id: string, spec: CameraSpec): Camera {
    const wanted = cameraTopics(spec);
    const openSource = source(id, { url: spec.url, loop: spec.loop, fps: captureRate(wanted) });
    const topics = createCameraTopics(wanted, ({ topic, deadline_ms }) => {
      const frames = createFramePublisher({ broker, topic, log });
      return createOutbox({ camera_id: id, deadline_ms, frames, backpressure, metrics, log });
    });
    const camera = createCamera({
      id,
      spec,
      openSource,
      slot: slots.take(),
      topics,
      report: reporter.report,
      metrics,
      log,
    });
    running.set(id, camera);
    return camera;
  }

  /** Ends what runs under this id, and starts it as it is to be. */
  const restart = (id: string, spec: CameraSpec): Promise<Camera> =>
    inTurn(id, async () => {
      await running.get(id)?.close();
      if (closing) throw new Error('the camera connector is being stopped');
      return start(id, spec);
    });

  const end = (id: string): Promise<boolean> =>
    inTurn(id, async () => {
      const camera = running.get(id);
      await camera?.close();
      running.delete(id);
      metrics.forget(id);
      reporter.report(camera ? removed(camera.record) : refusedRecord(id, 'removed'));
      return true;
    });

  async function read(): Promise<void> {
    if (closing) return;
    await list.open((id, spec) => background(restart(id, spec), log, 'start of a camera'));
    if (list.problem() !== undefined) return;
    stopReading();
    for (const { camera_id, reason } of list.refused())
      if (cameraId.safeParse(camera_id).success) reporter.report(refusedRecord(camera_id, 'offline', reason));
  }

  return {
    async open() {
      await read();
      if (list.problem() !== undefined) stopReading = repeat(read, READ_AGAIN_MS, log, 'reading the list of cameras');
    },
    problem: list.problem,
    refused: list.refused,
    list: () => [...running.values()],
    get: (id) => running.get(id),
    async check({ url }) {
      const address = parseAddress(url);
      if (address.kind === 'file') await media.check(address.path);
    },
    put: (id, spec) =>
      list.set(id, spec, async (before) => {
        const created = before === undefined;
        if (before && isDeepStrictEqual(before, spec)) {
          const camera = await inTurn(id, async () => running.get(id));
          if (camera) return { camera, created };
        }
        return { camera: await restart(id, spec), created };
      }),
    remove: async (id) => (await list.remove(id, () => end(id))) ?? false,
    async close() {
      closing = true;
      stopReading();
      await Promise.all([...running.keys()].map((id) => inTurn(id, async () => running.get(id)?.close())));
      for (const { record } of running.values()) reporter.report(stopped(record));
    },
  };
}

/** Work for the same id is done in its order, and no id waits for another. */
function createTurnsById(): <T>(id: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, { turn: ReturnType<typeof createTurns>; waiting: number }>();
  return async (id, work) => {
    const mine = turns.get(id) ?? { turn: createTurns(), waiting: 0 };
    turns.set(id, mine);
    mine.waiting++;
    try {
      return await mine.turn(work);
    } finally {
      if (--mine.waiting === 0) turns.delete(id);
    }
  };
}

const now = () => Date.now() / 1000;

function removed({ reason, ...record }: CameraRecord): CameraRecord {
  return { ...record, state: 'removed', since: now() };
}

const stopped = (record: CameraRecord): CameraRecord => ({
  ...record,
  state: 'offline',
  reason: 'the camera connector was stopped',
  since: now(),
});

/** So that a page shows it, with what is wrong. */
const refusedRecord = (camera_id: string, state: 'offline' | 'removed', reason?: string): CameraRecord => ({
  camera_id,
  state,
  ...(reason !== undefined && { reason: `its entry in the list of cameras is refused: ${reason}` }),
  since: now(),
  timestamp: now(),
  restarts: 0,
});
