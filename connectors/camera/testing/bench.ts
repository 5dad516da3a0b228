import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type CameraChange,
  type CameraRecord,
  type CameraSpec,
  DEFAULT_TOPICS,
  decodeFrame,
  type Frame,
  QUEUE,
  type ResultRecord,
  type Topic,
} from '@framewire/contract';
import { type Broker, type Consumer, createBroker } from '@framewire/runtime/amqp';
import { listenForBackpressure } from '@framewire/runtime/frames';
import { createRegistry, type Registry } from '@framewire/runtime/telemetry';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import type { Hono } from 'hono';
import { readRecords } from '../../../testkit/results/result-stream.ts';
import { addressedSpec } from '../address/address.ts';
import { createGuard } from '../address/guard.ts';
import { createMedia } from '../address/media.ts';
import { createAddressTest } from '../api/address-test.ts';
import { type Cameras, createCameras } from '../cameras.ts';
import { createStateReporter } from '../capture/state-reporter.ts';
import { createChangeReporter } from '../changes/change-reporter.ts';
import { createApp } from '../handler.ts';
import { createStore } from '../list/store.ts';
import { createMetrics } from '../metrics.ts';
import { createOpener } from '../video/open.ts';

export interface TestBench {
  vhost: TestVhost;
  broker: Broker;
  cameras: Cameras;
  registry: Registry;
  /** Frames that were consumed, in their order. */
  frames: Frame[];
  /** Everything in `result_queue`. */
  results: ResultRecord[];
  states: CameraRecord[];
  /** What was done to cameras. */
  changes: CameraChange[];
  /** The API of its cameras. */
  app(key?: string): Hono;
  framesOf(id: string): Frame[];
  stateOf(id: string): CameraRecord | undefined;
  /** For the files of a test, too. */
  folder: string;
  /** Takes frames from a queue from now on, by default from that of `faces`. */
  consume(queue?: string): Consumer;
  put(id: string, spec: Partial<CameraSpec> & { url: string }): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param maxLength of the queue of faces.
 * @param folders with files that cameras may play.
 */
export async function startBench({
  maxLength,
  more = [],
  folders = [tmpdir(), join(import.meta.dirname, '..')],
}: {
  maxLength?: number;
  /** Topics beside `faces`. */
  more?: Topic[];
  folders?: string[];
} = {}): Promise<TestBench> {
  const faces = DEFAULT_TOPICS.map((topic) => ({ ...topic, maxLength: maxLength ?? topic.maxLength }));
  const vhost = await createTestVhost([...faces, ...more]);
  const folder = await makeFolder();
  const sending = createBroker({ url: vhost.amqp, name: 'camera', log: silentLog });
  const reading = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  const reporter = createStateReporter({ broker: sending, log: silentLog });
  const backpressure = listenForBackpressure({ broker: sending, log: silentLog });
  const registry = createRegistry();
  const media = createMedia(folders);
  const changes = createChangeReporter({ broker: sending, log: silentLog });
  const source = createGuard(createOpener('ffmpeg'), media);
  const cameras = createCameras({
    source,
    store: createStore(folder),
    media,
    broker: sending,
    backpressure,
    reporter,
    changes,
    metrics: createMetrics(registry),
    log: silentLog,
  });
  await cameras.open();
  const [frames, results, states] = [[] as Frame[], [] as ResultRecord[], [] as CameraRecord[]];
  const said: CameraChange[] = [];
  readRecords(
    reading,
    (record) => {
      if (record.type === 'result') results.push(record.record);
      if (record.type === 'camera') states.push(record.record);
      if (record.type === 'change') said.push(record.record);
    },
    'first',
  );

  return {
    vhost,
    broker: sending,
    cameras,
    registry,
    frames,
    results,
    states,
    changes: said,
    app: (key) =>
      createApp({
        cameras,
        media,
        test: createAddressTest({ source, log: silentLog }),
        key,
        problem: () => sending.problem(),
        registry,
        log: silentLog,
      }),
    framesOf: (id) => frames.filter(({ camera_id }) => camera_id === id),
    stateOf: (id) => cameras.get(id)?.record,
    folder,
    consume: (queue = QUEUE.frames) =>
      reading.consume({
        queue,
        prefetch: 20,
        onDelivery({ properties, content }) {
          frames.push(decodeFrame({ content, messageId: properties.messageId, headers: properties.headers ?? {} }));
          return 'ack';
        },
      }),
    async put(id, spec) {
      const whole = addressedSpec.parse(spec);
      await cameras.set(id, () => whole, 'a test');
    },
    async stop() {
      await cameras.close();
      await reporter.close();
      await changes.close();
      await sending.close();
      await reading.close();
      await vhost.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export const makeFolder = () => mkdtemp(join(tmpdir(), 'framewire-camera-'));

/** A film of so many seconds with 25 pictures in each, in the format of the path's ending. */
export async function makeFilm(path: string, seconds: number): Promise<void> {
  const input = ['-f', 'lavfi', '-i', `testsrc=size=320x240:rate=25:duration=${seconds}`];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...input, '-pix_fmt', 'yuv420p', '-y', path]);
}

/** Sends a test pattern to an RTSP server, as a camera's encoder does, until it is stopped. */
export function record(url: string, { size = '320x240', rate = 25 } = {}): { stop(): Promise<void> } {
  const input = ['-re', '-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}`, '-pix_fmt', 'yuv420p'];
  // with the parameters of the stream in it, again and again, as cameras send them
  const again = ['-bsf:v', 'dump_extra'];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10', ...again];
  const output = ['-f', 'rtsp', '-rtsp_transport', 'tcp', url];
  const child: ChildProcess = spawn('ffmpeg', ['-loglevel', 'error', ...input, ...encode, ...output], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  return {
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
