import { randomUUID } from 'node:crypto';
import type { ConfirmChannel, Options } from 'amqplib';
import type { Log } from '../telemetry/log.ts';
import { hasEnded } from './connection/amqplib.ts';
import type { ManagedConnection } from './connection/managed-connection.ts';
import { type ManagedChannel, manageChannel } from './managed-channel.ts';

export interface Publication {
  exchange: string;
  key: string;
  content: Uint8Array;
  /** `messageId` correlates a return; one is made up where there is none. */
  properties?: Options.Publish;
  /** How long to wait for room, for a channel and for the confirm together. */
  timeoutMs: number;
}

/**
 * Why a publish did not end in a confirm:
 * - `away`: the broker cannot be reached or takes no messages; nothing was sent;
 * - `unconfirmed`: sent, and no word came back in time: it may or may not be in the queue;
 * - `refused`: the queue is full (a nack);
 * - `unroutable`: no queue is bound for that key;
 * - `invalid`: it is no message that a broker takes, as one that is too large: it never will be, so do not send it again.
 */
export class PublishError extends Error {
  override name = 'PublishError';
  constructor(
    readonly kind: 'away' | 'unconfirmed' | 'refused' | 'unroutable' | 'invalid',
    words: string,
    /** It is `invalid` for its size. */
    readonly oversized = false,
  ) {
    super(words);
  }
}

export interface Publisher {
  /** Resolves after the broker's confirm, persistent and mandatory unless said otherwise. @throws PublishError */
  publish(publication: Publication): Promise<void>;
  problem(): string | undefined;
  /** Waits for the confirms under way, then closes. */
  close(): Promise<void>;
}

/** amqplib's words for a nack. */
const NACKED = 'message nacked';

interface Pending {
  bytes: number;
  end(error?: PublishError): void;
  returned: boolean;
}

/** The default of RabbitMQ 4, bytes. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** A broker with a lower limit than configured here reports it when it closes the channel. */
const TOO_LARGE = /larger than (?:the )?configured max size (\d+)/;

export function createPublisher(options: {
  connection: ManagedConnection;
  log: Log;
  /** In flight: amqplib itself would buffer without bound, and a confirm has no time limit of its own. */
  maxBytes: number;
  /** The largest message that the broker takes. It ends the channel, with all that is under way on it, at a larger one. */
  maxMessageBytes?: number;
}): Publisher {
  const { connection, log, maxBytes } = options;
  let { maxMessageBytes = MAX_MESSAGE_BYTES } = options;
  const pending = new Map<string, Pending>();
  /** Who waits for room, or for the end of what is under way. */
  const waiting = new Set<() => void>();
  let bytes = 0;
  /** Those whose time was up without a word: amqplib keeps them until there is one, or the channel ends. */
  const abandoned = new Set<Pending>();
  const managed: ManagedChannel<ConfirmChannel> = manageChannel({
    connection,
    log,
    what: 'publishing',
    open: (model) => model.createConfirmChannel(),
    async setup(channel) {
      channel.on('return', (message) => {
        const returned = pending.get(message.properties.messageId);
        if (returned) returned.returned = true; // the confirm still follows
      });
    },
    onOpen: () => wakeAll(),
    onLost: (_, reason) => {
      abandoned.clear();
      const limit = Number(TOO_LARGE.exec(reason)?.[1] ?? maxMessageBytes);
      if (limit < maxMessageBytes) {
        log.warn({ max_message_bytes: limit }, 'the broker takes smaller messages than MAX_MESSAGE_BYTES says');
        maxMessageBytes = limit;
      }
      for (const entry of [...pending.values()]) {
        if (entry.bytes > maxMessageBytes) entry.end(tooLarge(entry.bytes));
        else entry.end(new PublishError('unconfirmed', `no confirm: ${reason}`));
      }
    },
  });
  const problem = () => connection.problem() ?? managed.problem();
  const wakeAll = () => {
    for (const wake of [...waiting]) wake();
  };
  /** Resolves when something ended or a channel is open; at the latest after so many milliseconds. */
  const change = (ms?: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      waiting.add(wake);
    });

  function abandon(entry: Pending): void {
    abandoned.add(entry);
    const held = [...abandoned].reduce((total, { bytes }) => total + bytes, 0);
    if (held > maxBytes) managed.reset(`the broker confirms nothing: ${held} bytes wait for it`);
  }

  async function publish({ exchange, key, content, properties, timeoutMs }: Publication): Promise<void> {
    if (content.length > maxMessageBytes) throw tooLarge(content.length);
    const until = Date.now() + timeoutMs;
    const channel = await room(content.length, until);
    const messageId: string = properties?.messageId ?? randomUUID();
    if (pending.has(messageId)) throw new PublishError('refused', `${messageId} is being published already`);
    await new Promise<void>((resolve, reject) => {
      const entry: Pending = {
        bytes: content.length,
        returned: false,
        end(error) {
          if (pending.get(messageId) !== entry) return;
          pending.delete(messageId);
          clearTimeout(timer);
          bytes -= entry.bytes;
          wakeAll();
          if (error) reject(error);
          else resolve();
        },
      };
      const timer = setTimeout(
        () => {
          entry.end(new PublishError('unconfirmed', problem() ?? `no confirm within ${timeoutMs} ms`));
          abandon(entry);
        },
        Math.max(0, until - Date.now()),
      );
      pending.set(messageId, entry);
      bytes += entry.bytes;
      try {
        const options = { persistent: true, mandatory: true, ...properties, messageId };
        channel.publish(exchange, key, asBuffer(content), options, (error?: Error | null) => {
          abandoned.delete(entry);
          // amqplib calls back too for what still waited when the channel ended: that is no word from the broker, `onLost` knows why
          if (error && error.message !== NACKED) return;
          if (error) entry.end(new PublishError('refused', 'the queue is full'));
          else if (entry.returned)
            entry.end(new PublishError('unroutable', `no queue is bound to ${exchange} for ${key}`));
          else entry.end();
        });
      } catch (error) {
        // the channel ended a moment ago, or amqplib cannot write this as a message: nothing was sent then
        const kind = hasEnded(channel) || managed.current !== channel ? 'away' : 'invalid';
        entry.end(new PublishError(kind, (error as Error).message));
      }
    });
  }

  const tooLarge = (size: number) =>
    new PublishError('invalid', `a message of ${size} bytes: the broker takes no more than ${maxMessageBytes}`, true);

  /** The channel, once it is open and there is room for so many bytes. */
  async function room(size: number, until: number): Promise<ConfirmChannel> {
    for (;;) {
      const channel = managed.current;
      // a blocked connection still is one: what is published there only waits
      if (channel && !connection.problem() && (bytes === 0 || bytes + size <= maxBytes)) return channel;
      const left = until - Date.now();
      if (left <= 0) throw new PublishError('away', problem() ?? `${maxBytes} bytes wait for their confirm already`);
      await change(Math.min(left, 100));
    }
  }

  return {
    publish,
    problem,
    async close() {
      while (pending.size) await change();
      await managed.close();
    },
  };
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
