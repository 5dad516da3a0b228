import type { ConsumeMessage } from 'amqplib';
import { background, repeat } from '../../process/background.ts';
import { createThrottle, sleep } from '../../process/wait.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Broker } from '../session.ts';
import { createStreamIdentity } from './identity.ts';

const PREFETCH = 200;
const ACK_EVERY = 50;
/** How often a stream that says nothing once it is attached is asked after, milliseconds, and how many answers end the wait. */
const ASK_MS = 1_000;
const MAX_SILENT_ANSWERS = 5;
const RETRY_MS = 100;
/** Ignored records are logged so often, milliseconds. */
const LOG_IGNORED_MS = 60_000;

/**
 * Where in a stream to begin: at an offset; so long ago (`10m`); `first`: at its beginning; `last`: at its last chunk, some records at
 * most; `next`: after what it holds; or at a moment, seconds since the epoch.
 */
export type StreamStart = number | string | { moment: number };

/** A stream that is read from a cursor of our own. A cursor is an offset in the stream: the same for every reader. */
export interface StreamReader {
  /** Whether a channel is open. */
  readonly isOpen: boolean;
  /** False while it is being found out whether the stream is the same as before. */
  readonly isKnown: boolean;
  /** Why it cannot be read. */
  problem(): string | undefined;
  /** Takes no more. What is being handled is finished. */
  close(): Promise<void>;
}

export interface StreamReaderOptions {
  broker: Broker;
  queue: string;
  /**
   * The exchange to which only parts of the system may publish. Under `--legacy-producers` any program on this machine may write straight
   * to a queue, and this one too: what came otherwise is ignored.
   */
  exchange: string;
  /** Asked while nothing was read yet, and when the stream is another one than before. */
  start(): StreamStart;
  /** What was read last, by an earlier process: it goes on after that, if the stream is still the same. */
  last?: { offset: number; content: Uint8Array };
  /** All after this cursor is read from now on: at the first message, and when the stream is another one than before. */
  onBegin?(after: number): void;
  /** Each message once, in order. One that returns a promise holds up the next. */
  onMessage(message: ConsumeMessage, cursor: number): void | Promise<void>;
  /** Each time it is attached to. */
  onAttach?(): void;
  onIgnored?(): void;
  log: Log;
}

/**
 * Reads a stream and goes on where it was when a connection is lost. A stream that was deleted and declared again, or lost its end, is
 * noticed, and read from the start once more.
 */
export function readStream(options: StreamReaderOptions): StreamReader {
  const { broker, queue, exchange, start, onMessage, log } = options;
  const identity = createStreamIdentity(options.last);
  /** What is delivered still belongs to a stream that was given up. */
  let leaving = false;
  let silentAnswers = 0;
  const mayLogIgnored = createThrottle(LOG_IGNORED_MS);
  let closed = false;
  let busy: Promise<void> | undefined;

  const consumer = broker.consume({
    queue,
    prefetch: PREFETCH,
    ackEvery: ACK_EVERY,
    arguments() {
      options.onAttach?.();
      leaving = false;
      silentAnswers = 0;
      identity.attach();
      return { 'x-stream-offset': identity.last ?? offsetArgument(start()) };
    },
    onDelivery(delivery, channelClosed) {
      const before = busy;
      const work = before ? readAfter(before, delivery, channelClosed) : read(delivery);
      if (!work) return 'ack';
      const done: Promise<void> = work.catch(failed).finally(() => {
        if (busy === done) busy = undefined;
      });
      busy = done;
      return done.then(() => 'ack' as const);
    },
  });

  /** What is delivered while a message is handled waits here: at most the prefetch. */
  async function readAfter(before: Promise<void>, delivery: ConsumeMessage, channelClosed: AbortSignal): Promise<void> {
    await before;
    // a channel that has closed delivers nothing more: the next one begins with this
    if (!channelClosed.aborted) await read(delivery);
  }

  function failed(error: unknown): void {
    background(Promise.reject(error), log, 'handling a record of a stream');
  }

  function read(delivery: ConsumeMessage): void | Promise<void> {
    if (leaving || closed) return;
    const at = offsetOf(delivery);
    const { content } = delivery;
    const kind = identity.check(at, content);
    if (kind === 'another') background(restart('it holds other records than before'), log, 'reading a new stream');
    if (kind !== 'new') return;
    if (identity.last === undefined) options.onBegin?.(at - 1);
    identity.read(at, content);
    if (delivery.fields.exchange === exchange) return onMessage(delivery, at);
    ignore(delivery);
  }

  function ignore({ fields: { exchange, routingKey } }: ConsumeMessage): void {
    options.onIgnored?.();
    if (!mayLogIgnored()) return;
    log.warn(
      { queue, exchange, routingKey },
      `${queue} holds records that did not come by the exchange ${options.exchange}: they are ignored`,
    );
  }

  /** Reads the stream from its start once more: it was deleted, or has lost its end, or what was read last is not held any more. */
  async function restart(why: string): Promise<void> {
    log.warn({ why, after: identity.last }, `${queue} is another stream than before: reading it from its beginning`);
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
    await channel.checkQueue(queue);
    if (consumer.channel !== channel || identity.isKnown || leaving) return;
    silentAnswers++;
    if (silentAnswers >= MAX_SILENT_ANSWERS) await restart('it ends before what was read last');
  }
  const stopAsking = repeat(askAfter, ASK_MS, log, 'asking after a silent stream');

  return {
    get isOpen() {
      return consumer.channel !== undefined;
    },
    get isKnown() {
      return identity.isKnown && !leaving;
    },
    problem: consumer.problem,
    async close() {
      closed = true;
      stopAsking();
      await consumer.stop();
    },
  };
}

/** The place of a message in its stream. */
export const offsetOf = ({ properties }: ConsumeMessage): number => Number(properties.headers?.['x-stream-offset']);

/** As RabbitMQ takes it. */
const offsetArgument = (start: StreamStart) =>
  typeof start === 'object' ? { '!': 'timestamp', value: Math.floor(start.moment) } : start;
