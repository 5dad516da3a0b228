import {
  type CameraChange,
  type CameraRecord,
  type ConnectorRecord,
  decodeRecord,
  EXCHANGE,
  type IncidentRecord,
  type PassedFrame,
  QUEUE,
  type ResultRecord,
  type StreamRecord,
} from '@framewire/contract';
import { type Broker, type ConsumeMessage, readStream } from '@framewire/runtime/amqp';
import { createLruMap } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';

/**
 * So long without a record from before the start once it is attached, and all that stood in the window has been read, milliseconds. A later
 * record postpones nothing: cameras, connectors and other functions publish as long as they live.
 */
const QUIET_MS = 1_000;
/** Frames of which it is known that they had their outcome; the oldest are forgotten. */
const MAX_SEEN = 50_000;

/** `result_queue`, read from a cursor of our own. A cursor is an offset in the stream: the same at every replica. */
export interface ResultReader {
  /** Resolves once the window at the start has been read: what comes from then on is news. */
  readonly live: Promise<void>;
  readonly isLive: boolean;
  /** False while it is being found out whether the stream is the same as before. */
  readonly isKnown: boolean;
  /** Why it cannot be read. */
  problem(): string | undefined;
  /** Takes no more. */
  close(): Promise<void>;
}

export interface StreamEvents {
  /** All after this cursor is read from now on: at the first message, and when the stream is another one than before. */
  begin(after: number): void;
  /** Each frame once. */
  result(record: ResultRecord, cursor: number): void;
  /** Another outcome of a frame that has one. */
  repeated(record: ResultRecord): void;
  camera(record: CameraRecord): void;
  /** A person changed a camera. */
  change(record: CameraChange): void;
  /** Another function's answer. */
  passed(frame: PassedFrame): void;
  incident(record: IncidentRecord): void;
  connector(record: ConnectorRecord): void;
}

export function createResultReader(options: {
  broker: Broker;
  /** How far back to begin: `10m`. */
  window: string;
  events: StreamEvents;
  metrics: Metrics;
  log: Log;
}): ResultReader {
  const { broker, window, events, metrics, log } = options;
  const startedAt = Date.now() / 1000;
  const seen = createLruMap<string, true>(MAX_SEEN);
  let isLive = false;
  let goLive = () => {};
  const live = new Promise<void>((resolve) => {
    goLive = () => {
      clearTimeout(quiet);
      isLive = true;
      resolve();
    };
  });
  let quiet: NodeJS.Timeout | undefined;
  const stirred = () => {
    if (isLive) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => (stream.isOpen ? goLive() : stirred()), QUIET_MS);
    quiet.unref();
  };

  const stream = readStream({
    broker,
    queue: QUEUE.results,
    exchange: EXCHANGE.results,
    start: () => window,
    onBegin(after) {
      seen.clear();
      events.begin(after);
    },
    onMessage: read,
    onAttach: stirred,
    onIgnored: () => metrics.ignored.inc(),
    log,
  });

  function read(delivery: ConsumeMessage, at: number): void {
    const message = decode(delivery, metrics, log);
    if (!message || (message.type === 'other' && !message.frame)) return;
    const { timestamp } = message.type === 'other' ? message.frame! : message.record;
    if (timestamp <= startedAt) stirred();
    if (message.type === 'camera') events.camera(message.record);
    if (message.type === 'change') events.change(message.record);
    if (message.type === 'connector') events.connector(message.record);
    if (message.type === 'incident') events.incident(message.record);
    if (message.type === 'other' && message.frame) events.passed(message.frame);
    if (message.type === 'result') readResult(message.record, at);
  }

  function readResult(record: ResultRecord, cursor: number): void {
    if (record.timestamp > startedAt) goLive();
    if (isLive) metrics.lag.set(Math.max(0, Date.now() / 1000 - record.timestamp));
    if (seen.has(record.frame_id)) {
      metrics.duplicates.inc();
      events.repeated(record);
      return;
    }
    seen.set(record.frame_id, true);
    metrics.results.inc({ outcome: record.outcome });
    events.result(record, cursor);
  }

  return {
    live,
    get isLive() {
      return isLive;
    },
    get isKnown() {
      return stream.isKnown;
    },
    problem: stream.problem,
    close: stream.close,
  };
}

/** Undefined for a message of ours that is malformed: counted and passed over. */
function decode({ properties, content }: ConsumeMessage, metrics: Metrics, log: Log): StreamRecord | undefined {
  try {
    return decodeRecord(properties.type, content, properties.headers);
  } catch (error) {
    metrics.malformed.inc({ what: 'record' });
    log.warn({ why: (error as Error).message.slice(0, 300) }, 'a malformed record was passed over');
    return undefined;
  }
}
