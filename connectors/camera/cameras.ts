import { isDeepStrictEqual } from 'node:util';
import { type CameraRecord, type CameraSpec, type CameraTopic, cameraId, cameraTopics } from '@framewire/contract';
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
import type { ChangeReporter } from './changes/change-reporter.ts';
import { changeOf, nameOf, needsRestart } from './changes/changes.ts';
import { createDefinedCameras, refusedRecord } from './list/defined.ts';
import { createCameraList, IdTaken, type Make, type RefusedEntry } from './list/list.ts';
import type { Store } from './list/store.ts';
import type { CamerasFile } from './list/yaml/watch.ts';
import type { CameraMetrics } from './metrics.ts';
import { createFrameGate } from './motion/gate.ts';
import { createGreyDecoder } from './motion/grey/decode.ts';
import { createViewerFrames } from './motion/viewer-frames.ts';
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
  /** The file of cameras. */
  file?: CamerasFile;
  broker: Broker;
  backpressure: Pick<Backpressure, 'admits'>;
  reporter: StateReporter;
  changes: ChangeReporter;
  metrics: CameraMetrics;
  log: Log;
}

/** The file of cameras defines it, and nothing else can change it. */
export class DefinedInFile extends Error {
  override name = 'DefinedInFile';
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
  /** The file that defines a camera, if one does. */
  definedIn(id: string): string | undefined;
  /**
   * Saves a camera, then starts it, or restarts it where what its source depends on changed.
   * @param make makes what it is to be of what it is; what it throws passes.
   * @param by who wants it.
   * Rejects with `NotSaved`, `ListUnreadable` or `DefinedInFile`, unchanged.
   */
  set(id: string, make: Make, by: string): Promise<{ camera: Camera; created: boolean }>;
  /** Saves it under another id, then starts it so. Undefined where there is none. Rejects with `IdTaken` and as `set` does. */
  rename(id: string, to: string, by: string): Promise<Camera | undefined>;
  /** Saves the list without it, then ends it. False where there is none. Rejects as `set` does: then it runs on. */
  remove(id: string, by?: string): Promise<boolean>;
  /** Ends them all; the list stays. */
  close(): Promise<void>;
}

export function createCameras(options: CamerasOptions): Cameras {
  const { source, store, media, named, file, broker, backpressure, reporter, changes, metrics, log } = options;
  const list = createCameraList({ store, named, files: media.named, log });
  const defined = createDefinedCameras({ list, file, bring, end, changes, reporter, log });
  const running = new Map<string, Camera>();
  const slots = createSlots(MAX_OPENING, OPENING_MS);
  const viewers = createViewerFrames({ broker, log });
  const decode = createGreyDecoder();
  const inTurn = createTurnsById();
  let closing = false;
  let stopReading = () => {};

  function start(id: string, spec: CameraSpec): Camera {
    const wanted = cameraTopics(spec);
    const openSource = source(id, { url: spec.url, loop: spec.loop, fps: captureRate(wanted) });
    // asked at each frame, so that a change needs no new source
    const settings = () => running.get(id)?.spec ?? spec;
    const gate = createFrameGate({ camera_id: id, settings, decode, log });
    const open = ({ topic, deadline_ms }: CameraTopic) => {
      const frames = createFramePublisher({ broker, topic, log });
      return createOutbox({ camera_id: id, deadline_ms, frames, backpressure, viewers, metrics, log });
    };
    const topics = createCameraTopics(wanted, open, gate);
    const formerly = list.formerly(id);
    const defined_in = defined.fileOf(id);
    const camera = createCamera({
      id,
      spec,
      facts: { ...(formerly.length > 0 && { formerly }), ...(defined_in && { defined_in }) },
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

  /** Lets run under this id what is to run there. What its source does not depend on costs it no frame. */
  function bring(id: string, spec: CameraSpec): Promise<Camera> {
    return inTurn(id, async () => {
      const camera = running.get(id);
      const isSameFile = camera?.record.defined_in === defined.fileOf(id);
      if (camera && isSameFile && !needsRestart(camera.spec, spec)) {
        if (!isDeepStrictEqual(camera.spec, spec)) camera.update(spec);
        return camera;
      }
      await camera?.close();
      if (closing) throw new Error('the camera connector is being stopped');
      return start(id, spec);
    });
  }

  /** @param renamed_to its new id, where it goes on under one. */
  function end(id: string, renamed_to?: string): Promise<boolean> {
    return inTurn(id, async () => {
      const camera = running.get(id);
      await camera?.close();
      running.delete(id);
      metrics.forget(id);
      reporter.report({
        ...(camera ? removed(camera.record) : refusedRecord(id, 'removed')),
        ...(renamed_to && { renamed_to }),
      });
      return true;
    });
  }

  async function read(): Promise<void> {
    if (closing) return;
    await list.open((id, spec) => {
      if (!defined.fileOf(id)) background(bring(id, spec), log, 'start of a camera');
    });
    if (list.problem() !== undefined) return;
    stopReading();
    for (const { camera_id, reason } of list.refused())
      if (cameraId.safeParse(camera_id).success)
        reporter.report(refusedRecord(camera_id, 'offline', `its entry in the list of cameras is refused: ${reason}`));
  }

  function refuseDefined(id: string): void {
    const path = defined.fileOf(id);
    if (path) throw new DefinedInFile(`${id} is defined in ${path}: change it there`);
  }

  return {
    async open() {
      defined.read();
      await read();
      if (list.problem() !== undefined) stopReading = repeat(read, READ_AGAIN_MS, log, 'reading the list of cameras');
      await defined.begin();
    },
    problem: () => list.problem() ?? file?.problem(),
    refused: () => [...list.refused(), ...defined.refused()],
    list: () => [...running.values()],
    get: (id) => running.get(id),
    definedIn: defined.fileOf,
    async set(id, make, by) {
      refuseDefined(id);
      const whole: Make = async (before) => {
        const spec = await make(before);
        const address = parseAddress(spec.url);
        if (address.kind === 'file') await media.check(address.path);
        return spec;
      };
      return list.set(id, whole, async (spec, before) => {
        if (!before || !isDeepStrictEqual(before, spec)) changes.report(changeOf(id, before, spec, by));
        return { camera: await bring(id, spec), created: before === undefined };
      });
    },
    async rename(id, to, by) {
      refuseDefined(id);
      if (defined.fileOf(to)) throw new IdTaken(`there is a camera ${to} already, in ${defined.fileOf(to)}`);
      return list.rename(id, to, async (spec) => {
        changes.report({ camera_id: id, action: 'renamed', by, to, ...nameOf(spec) });
        await end(id, to); // first: there are cameras that serve one connection
        return bring(to, spec);
      });
    },
    async remove(id, by = 'the API') {
      refuseDefined(id);
      const isRemoved = await list.remove(id, (before) => {
        changes.report({ camera_id: id, action: 'removed', by, ...nameOf(before) });
        return end(id);
      });
      return isRemoved ?? false;
    },
    async close() {
      closing = true;
      stopReading();
      file?.close();
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

/** One that is paused stays so. */
const stopped = (record: CameraRecord): CameraRecord =>
  record.state === 'paused'
    ? record
    : { ...record, state: 'offline', reason: 'the camera connector was stopped', since: now() };
