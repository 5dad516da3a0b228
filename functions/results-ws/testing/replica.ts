/** For tests alone: results-ws on a real broker, what goes in at one end, and viewers at the other. */
import { once } from 'node:events';
import {
  type CameraRecord,
  DEFAULT_TOPIC,
  decodeBinaryMessage,
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameKey,
  RECORD_TYPE,
  type ResultRecord,
  type ServerMessage,
  serverMessage,
  uuidv7,
  VIEWER_PROTOCOL,
  type ViewerMessage,
} from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { createHttpGuard, listen } from '@framewire/runtime/http';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry, type Registry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { WebSocket } from 'ws';
import { createDiagnosis } from '../diagnosis/diagnosis.ts';
import { createGaps } from '../diagnosis/gaps.ts';
import { createBrokerProbes } from '../diagnosis/probes/broker.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';
import { createSnapshots } from '../diagnosis/take-snapshot.ts';
import { createApp } from '../handler.ts';
import { createAccess } from '../http/sign-in/access.ts';
import { createUpstreams, type UpstreamSettings } from '../http/upstreams.ts';
import { createSlo } from '../latency/slo.ts';
import { createMetrics } from '../metrics.ts';
import { createHistoryApi } from '../prometheus/history-api.ts';
import { createMetricsApi } from '../prometheus/metrics-api.ts';
import { createResults, type Results } from '../results.ts';
import { acceptWebSockets } from '../viewers/websocket/websocket.ts';

export interface Replica {
  results: Results;
  /** What its diagnosis looks at. */
  snapshot(): Snapshot;
  registry: Registry;
  url: string;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  key?: string;
  writeKey?: string;
  origins?: string[];
  trustProxy?: string[];
  maxViewers?: number;
  /** How far back the stream is read at the start. */
  window?: string;
  upstreams?: UpstreamSettings;
}

/** One replica, served on a port of its own, once it has read what the stream holds. */
export async function startReplica(
  amqp: string,
  {
    key,
    writeKey,
    origins = [],
    trustProxy = [],
    maxViewers = 50,
    window = '10m',
    upstreams = {},
  }: ReplicaOptions = {},
): Promise<Replica> {
  const registry = createRegistry();
  const metrics = createMetrics(registry);
  const slo = createSlo({ target: 500, objective: 0.99, registry });
  const broker = createBroker({ url: amqp, name: 'results-ws', log: silentLog });
  const results = createResults({
    broker,
    node_id: 'replica',
    window,
    metrics,
    onDrawn: slo.drawn,
    log: silentLog,
  });
  const guard = createHttpGuard({ host: '127.0.0.1', allowedOrigins: origins, trustProxy });
  const access = createAccess({ viewKey: key, writeKey, guard });
  const ok = { ok: true, message: 'ok' };
  const probe = createBrokerProbes(broker, silentLog, () => results.functions.list().map(({ queue }) => queue));
  const gaps = createGaps({ registry, log: silentLog });
  const snapshot = createSnapshots({
    collector: results.collector,
    brokerTrouble: broker.trouble,
    probe,
    gateway: { problem: () => undefined, close() {} },
    gauges: { gauges: () => ({}), silent: () => [], nodes: () => undefined, close() {} },
    host: () => ({ pressure: {}, stretch: 1 }),
    drawn: slo.recent,
    target: 500,
    objective: 0.99,
    gaps,
  });
  const diagnosis = createDiagnosis({ snapshot, onChange: results.incidents.report, gaps });
  const app = createApp({
    results,
    metricsApi: createMetricsApi(undefined),
    historyApi: createHistoryApi(undefined),
    slo,
    diagnosis,
    status: () => ({
      node_id: 'replica',
      broker: ok,
      stream: ok,
      prometheus: ok,
      gateway: ok,
      viewers: results.hub.size,
      sharing: false,
      cameras: upstreams.CAMERA_URL !== undefined,
      sightings: upstreams?.SIGHTINGS_URL !== undefined,
      fault_injection: false,
    }),
    guard,
    access,
    embeddedBy: origins,
    files: new Map([
      ['/index.html', { body: new TextEncoder().encode('<title>page</title>'), type: 'text/html', immutable: false }],
    ]),
    upstreams: createUpstreams(upstreams),
    maxViewers,
    problem: results.problem,
    registry,
    log: silentLog,
  });
  const { port, server, close } = await listen(app, { host: '127.0.0.1', port: 0, guard });
  acceptWebSockets(server, { hub: results.hub, guard, access, maxViewers, log: silentLog });
  await waitFor('the stream to be read', () => !results.problem());
  return {
    results,
    snapshot,
    registry,
    url: `http://127.0.0.1:${port}`,
    async close() {
      diagnosis.close();
      probe.close();
      await results.close();
      await close();
      await broker.close();
    },
  };
}

export interface Producer {
  /** Publishes a watched frame and then its outcome, as camera and connector do. */
  frame(camera: string, more?: Partial<ResultRecord>, jpeg?: Uint8Array): Promise<ResultRecord>;
  watchedFrame(frame: Partial<Frame>): Promise<void>;
  result(record: Partial<ResultRecord>): Promise<ResultRecord>;
  camera(record: Partial<CameraRecord>): Promise<void>;
  close(): Promise<void>;
}

export function createProducer(amqp: string): Producer {
  const broker = createBroker({ url: amqp, name: 'producer', log: silentLog });
  const record = (type: string, value: { camera_id: string }) =>
    broker.publish({
      exchange: EXCHANGE.results,
      key: value.camera_id,
      content: new TextEncoder().encode(JSON.stringify(value)),
      properties: { type },
      timeoutMs: 5_000,
    });

  const producer: Producer = {
    async watchedFrame(frame) {
      const camera_id = frame.camera_id ?? 'door';
      const whole = { frame_id: uuidv7(), captured_at: Date.now(), jpeg: jpegOf(100), ...frame, camera_id };
      const { content, ...properties } = encodeFrame(whole);
      // straight to what viewers tap: the queue of the detectors would fill up
      await broker.publish({
        exchange: EXCHANGE.watchedFrames,
        key: frameKey(camera_id),
        content,
        properties: { ...properties, mandatory: false },
        timeoutMs: 5_000,
      });
    },
    async result(more) {
      const now = Date.now() / 1000;
      const made: ResultRecord = {
        frame_id: uuidv7(),
        camera_id: 'door',
        topic: DEFAULT_TOPIC,
        outcome: 'detected',
        detections: [{ x: 1, y: 2, w: 3, h: 4, score: 0.9 }],
        node_id: 'detector',
        timestamp: now,
        original_timestamp: now - 0.05,
        stages: { captured_at: now * 1000 - 50 },
        ...more,
      };
      await record(RECORD_TYPE.result, made);
      return made;
    },
    async frame(camera_id, more, jpeg) {
      const frame_id = uuidv7();
      await producer.watchedFrame({ frame_id, camera_id, ...(jpeg && { jpeg }) });
      return producer.result({ frame_id, camera_id, ...more });
    },
    async camera(more) {
      const now = Date.now() / 1000;
      await record(RECORD_TYPE.camera, {
        camera_id: 'door',
        state: 'online',
        since: now,
        timestamp: now,
        restarts: 0,
        ...more,
      } as CameraRecord);
    },
    close: () => broker.close(),
  };
  return producer;
}

/** Bytes that begin and end as a JPEG does; nobody here looks further. */
export function jpegOf(size: number): Uint8Array {
  const jpeg = new Uint8Array(size);
  jpeg.set([0xff, 0xd8]);
  jpeg.set([0xff, 0xd9], size - 2);
  return jpeg;
}

type Result = Extract<ServerMessage, { type: 'result' }>;

export interface TestViewer {
  socket: WebSocket;
  messages: ServerMessage[];
  results: (Result & { jpeg: Uint8Array })[];
  say(message: ViewerMessage): void;
  close(): Promise<void>;
}

/** A viewer of the binary subprotocol that has been greeted. */
export async function view(url: string, cameras: '*' | string[] = '*', resume?: number): Promise<TestViewer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/results`, VIEWER_PROTOCOL);
  const viewer: TestViewer = {
    socket,
    messages: [],
    results: [],
    say: (message) => socket.send(JSON.stringify(message)),
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (data: Buffer, isBinary) => {
    const { header, jpeg } = isBinary
      ? decodeBinaryMessage(new Uint8Array(data))
      : { header: JSON.parse(String(data)), jpeg: new Uint8Array() };
    const message = serverMessage.parse(header);
    viewer.messages.push(message);
    if (message.type === 'result') viewer.results.push({ ...message, jpeg });
  });
  await once(socket, 'open');
  viewer.say({ type: 'watch', cameras, resume });
  await waitFor('hello', () => hello(viewer));
  return viewer;
}

export const hello = ({ messages }: TestViewer) => messages.find((message) => message.type === 'hello');
