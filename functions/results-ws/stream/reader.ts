import {
  type CameraRecord,
  type ConnectorRecord,
  decodeRecord,
  type IncidentRecord,
  type PassedFrame,
  QUEUE,
  type ResultRecord,
  type StreamRecord,
} from '@framewire/contract';
import type { Broker, ConsumeMessage } from '@framewire/runtime/amqp';
import { background, createLruMap, createThrottle, repeat, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import { isByExchange, offsetOf } from './delivery.ts';
import { createStreamIdentity } from './stream-identity.ts';

const PREFETCH = 200;
const ACK_EVERY = 50;
/**
 * So long without a record from before the start once it is attached, and all that stood in the window has been read, milliseconds. A later
 * record postpones nothing: cameras, connectors and other functions publish as long as they live.
 */
const QUIET_MS = 1_000;

/** How often a stream that says nothing once it is attached is asked after, milliseconds, and how many answers end the wait. */
const ASK_MS = 1_000;
const MAX_SILENT_ANSWERS = 5;
const RETRY_MS = 100;
/** Frames of which it is known that they had their outcome; the oldest are forgotten. */
const MAX_SEEN = 50_000;
/** Ignored records are logged so often, milliseconds. */
const LOG_IGNORED_MS = 60_000;

/** `result_queue`, read from a cursor of our own. A cursor is an offset in the stream: the same at every replica. */
export interface StreamReader {
  /** Resolves once the window at the start has been read: what comes from then on is news. */
  readonly live: Promise<void>;
  readonly isLive: boolean;
  /** False while it is being found out whether the stream is the same as before. */
  readonly isKnown: boolean;
  /** Why it cannot be read. */
  problem(): string | undefined;
  close(): void;
}

export interface StreamEvents {
  /** All after this cursor is read from now on: at the first message, and when the stream is another one than before. */
  begin(after: number): void;
  /** Each frame once. */
  result(record: ResultRecord, cursor: number): void;
  /** Another outcome of a frame that has one. */
  repeated(record: ResultRecord): void;
  camera(record: CameraRecord): void;
  /** Another function's answer. */
  passed(frame: PassedFrame): void;
  incident(record: IncidentRecord): void;
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
  const seen = createLruMap<string, true>(MAX_SEEN);
  const identity = createStreamIdentity();
  /** What is delivered still belongs to a stream that was given up. */
  let leaving = false;
  let silentAnswers = 0;
  const mayLogIgnored = createThrottle(LOG_IGNORED_MS);
  let closed = false;
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
    ackEvery: ACK_EVERY,
    arguments() {
      stirred();
      leaving = false;
      silentAnswers = 0;
      identity.attach();
      return { 'x-stream-offset': identity.last ?? window };
    },
    onDelivery(delivery) {
      read(delivery);
      return 'ack';
    },
  });

  function read(delivery: ConsumeMessage): void {
    if (leaving) return;
    const at = offsetOf(delivery);
    const { content } = delivery;
    const kind = identity.check(at, content);
    if (kind === 'another') background(restart('it holds other records than before'), log, 'reading a new stream');
    if (kind !== 'new') return;
    if (identity.last === undefined) {
      seen.clear();
      events.begin(at - 1);
    }
    identity.read(at, content);
    if (!isByExchange(delivery)) {
      ignore(delivery);
      return;
    }
    const message = decode(delivery, metrics, log);
    if (!message || (message.type === 'other' && !message.frame)) return;
    const { timestamp } = message.type === 'other' ? message.frame! : message.record;
    if (timestamp <= startedAt) stirred();
    if (message.type === 'camera') events.camera(message.record);
    if (message.type === 'connector') events.connector(message.record);
    if (message.type === 'incident') events.incident(message.record);
    if (message.type === 'other' && message.frame) events.passed(message.frame);
    if (message.type === 'result') readResult(message.record, at);
  }

  function ignore({ fields: { exchange, routingKey } }: ConsumeMessage): void {
    metrics.ignored.inc();
    if (!mayLogIgnored()) return;
    log.warn(
      { exchange, routingKey },
      'result_queue holds records that did not come by the exchange results: they are ignored',
    );
  }

  /** Reads the stream from the window on, as at the start: it was deleted, or has lost its end, or what was read last is not held any more. */
  async function restart(why: string): Promise<void> {
    log.warn(
      { why, after: identity.last },
      'result_queue is another stream than before: reading it from its beginning',
    );
    leaving = true;
    identity.forget();
    // begins again on the open channel; one that is opened meanwhile does so by itself
    for (; leaving && !closed; await sleep(RETRY_MS)) {
      if (!consumer.channel) continue;
      await consumer.setPrefetch(0);
      await consumer.setPrefetch(PREFETCH);
    }
  }

  /**
   * A stream that is still the same delivers at least what was read last. One that delivers nothing, while the broker answers, ends before
   * that: a reader that waits for an offset beyond the end would wait for ever.
   */
  async function askAfter(): Promise<void> {
    const { channel } = consumer;
    if (identity.isKnown || !channel) return;
    await channel.checkQueue(QUEUE.results);
    if (consumer.channel !== channel || identity.isKnown || leaving) return;
    silentAnswers++;
    if (silentAnswers >= MAX_SILENT_ANSWERS) await restart('it ends before what was read last');
  }
  const stopAsking = repeat(askAfter, ASK_MS, log, 'asking after a silent stream');

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
      return identity.isKnown && !leaving;
    },
    problem: consumer.problem,
    close() {
      closed = true;
      stopAsking();
    },
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
