import {
  type CameraRecord,
  type ConnectorRecord,
  decodeRecord,
  type PassedFrame,
  QUEUE,
  type ResultRecord,
  type StreamRecord,
  type VerdictRecord,
} from '@framewire/contract';
import type { Broker, ConsumeMessage, Log } from '@framewire/runtime';
import type { Metrics } from './metrics.ts';
import { createSeen } from './seen.ts';

const PREFETCH = 200;
/** So long without a delivery once it is attached, and all that stood in the window has been read, milliseconds. */
const QUIET_MS = 1_000;

/** `result_queue`, read from a cursor of our own. A cursor is an offset in the stream: the same at every replica. */
export interface StreamReader {
  /** Resolves once the window at the start has been read: what comes from then on is news. */
  readonly live: Promise<void>;
  readonly isLive: boolean;
  problem(): string | undefined;
}

export interface StreamEvents {
  /** All after this cursor is read from now on: at the first message, and when the stream is another one than before. */
  begin(after: number): void;
  /** Each frame once. */
  result(record: ResultRecord, cursor: number): void;
  /** A frame's outcome that was told before. */
  repeated(record: ResultRecord): void;
  camera(record: CameraRecord): void;
  /** Another function's answer. */
  passed(frame: PassedFrame): void;
  verdict(record: VerdictRecord): void;
  connector(record: ConnectorRecord): void;
}

export function createStreamReader(options: {
  broker: Broker;
  /** How far back to begin: `10m`. */
  window: string;
  events: StreamEvents;
  metrics: Metrics;
  log: Log;
}): StreamReader {
  const { broker, window, events, metrics, log } = options;
  const startedAt = Date.now() / 1000;
  const seen = createSeen();
  let cursor = -1;
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
    quiet = setTimeout(() => (consumer.channel ? goLive() : stirred()), QUIET_MS);
    quiet.unref();
  };

  const consumer = broker.consume({
    queue: QUEUE.results,
    prefetch: PREFETCH,
    arguments() {
      stirred();
      return { 'x-stream-offset': cursor < 0 ? window : cursor + 1 };
    },
    onDelivery(delivery) {
      stirred();
      read(delivery);
      return 'ack';
    },
  });

  function read(delivery: ConsumeMessage): void {
    const at = offsetOf(delivery);
    const message = decode(delivery, metrics, log);
    // the broker attaches at the start of a chunk, so that some of what was read comes again
    if (at <= cursor && !isAnotherStream(message)) return;
    if (at <= cursor) log.warn({ at, cursor }, 'the stream begins anew: it was deleted or has lost its end');
    if (at <= cursor || cursor < 0) {
      seen.clear();
      events.begin(at - 1);
    }
    cursor = at;
    if (message?.type === 'camera') events.camera(message.record);
    if (message?.type === 'connector') events.connector(message.record);
    if (message?.type === 'verdict') events.verdict(message.record);
    if (message?.type === 'other' && message.frame) events.passed(message.frame);
    if (message?.type === 'result') readResult(message.record);
  }

  function readResult(record: ResultRecord): void {
    if (record.timestamp > startedAt) goLive();
    if (isLive) metrics.lag.set(Math.max(0, Date.now() / 1000 - record.timestamp));
    if (seen.has(record.frame_id)) {
      metrics.duplicates.inc();
      events.repeated(record);
      return;
    }
    seen.add(record.frame_id);
    metrics.results.inc({ outcome: record.outcome });
    events.result(record, cursor);
  }

  const isAnotherStream = (message: StreamRecord | undefined) =>
    message?.type === 'result' && !seen.has(message.record.frame_id);

  return {
    live,
    get isLive() {
      return isLive;
    },
    problem: consumer.problem,
  };
}

const offsetOf = (delivery: ConsumeMessage): number => Number(delivery.properties.headers?.['x-stream-offset']);

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
