import type { CameraRecord, CameraSpec } from '@framewire/contract';
import { type Broker, createFramePublisher, createTurns, type Log, type Pressure } from '@framewire/runtime';
import { type Camera, createCamera } from './camera.ts';
import type { CameraMetrics } from './metrics.ts';
import { createOutbox } from './outbox.ts';
import type { Reporter } from './reporter.ts';
import type { Store } from './store.ts';
import type { OpenSourceFn } from './video/source.ts';

export interface CamerasOptions {
  /** How a camera's source is opened. */
  source(id: string, spec: CameraSpec): OpenSourceFn;
  store: Store;
  broker: Broker;
  pressure: Pick<Pressure, 'admits'>;
  reporter: Reporter;
  metrics: CameraMetrics;
  log: Log;
}

/** The cameras that run, and the list of them that is kept. None of them waits for another. */
export interface Cameras {
  list(): Camera[];
  get(id: string): Camera | undefined;
  /** Starts a camera, or starts it anew where its spec changed; on disk when it resolves. */
  put(id: string, spec: CameraSpec): Promise<{ camera: Camera; created: boolean }>;
  /** False where there is none. */
  remove(id: string): Promise<boolean>;
  /** Ends them all; the list stays. */
  close(): Promise<void>;
}

export function createCameras({ source, store, broker, pressure, reporter, metrics, log }: CamerasOptions): Cameras {
  const running = new Map<string, Camera>();

  function start(id: string, spec: CameraSpec, openSource: OpenSourceFn): Camera {
    const { deadline_ms } = spec;
    const frames = createFramePublisher({ broker, log });
    const outbox = createOutbox({ camera_id: id, deadline_ms, frames, pressure, metrics, log });
    const camera = createCamera({ id, spec, openSource, outbox, tell: reporter.tell, metrics, log });
    running.set(id, camera);
    return camera;
  }

  const save = () => store.write(new Map([...running].map(([id, { spec }]) => [id, spec])));

  /** One change at a time: two of the same camera must not both start it. */
  const change = createTurns();

  return {
    list: () => [...running.values()],
    get: (id) => running.get(id),
    put(id, spec) {
      const openSource = source(id, spec);
      return change(async () => {
        const before = running.get(id);
        if (before && isSame(before.spec, spec)) return { camera: before, created: false };
        await before?.close();
        const camera = start(id, spec, openSource);
        await save();
        return { camera, created: !before };
      });
    },
    remove: (id) =>
      change(async () => {
        const camera = running.get(id);
        if (!camera) return false;
        running.delete(id);
        await camera.close(); // first: one that could not be forgotten on disk must not run on unseen
        metrics.forget(id);
        reporter.tell(removed(camera.record));
        await save();
        return true;
      }),
    close: () =>
      change(async () => {
        await Promise.all([...running.values()].map((camera) => camera.close()));
        for (const { record } of running.values()) reporter.tell(stopped(record));
      }),
  };
}

function removed({ reason, ...record }: CameraRecord): CameraRecord {
  return { ...record, state: 'removed', since: Date.now() / 1000 };
}

const stopped = (record: CameraRecord): CameraRecord => ({
  ...record,
  state: 'offline',
  reason: 'the camera connector was stopped',
  since: Date.now() / 1000,
});

const isSame = (a: CameraSpec, b: CameraSpec) =>
  a.url === b.url && a.fps === b.fps && a.loop === b.loop && a.deadline_ms === b.deadline_ms;
