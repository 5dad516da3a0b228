import { randomUUID } from 'node:crypto';
import { CONNECTOR_REPORT_S, type ConnectorRecord, EXCHANGE, HELD_AFTER_S, RECORD_TYPE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** Frames that one heartbeat names at most. */
const MAX_HELD = 1_000;
const CONFIRM_MS = 5_000;

/** A frame that is with this connector. */
export interface HeldFrame {
  source?: string;
  seq?: number;
  /** Milliseconds since the epoch. */
  received_at: number;
}

/**
 * Publishes this connector's heartbeat to `results`, with the frames that it has held for long, so that the ledger knows that they are
 * not lost.
 * @param held all frames that are here now.
 * @param functions which have a queue now.
 * @returns what stops it.
 */
export function startHeartbeat(options: {
  broker: Broker;
  held(): Iterable<HeldFrame>;
  functions(): ConnectorRecord['functions'];
  log: Log;
}): () => void {
  const { broker, log } = options;
  const connector = randomUUID();

  async function beat(): Promise<void> {
    const now = Date.now();
    const held: ConnectorRecord['held'] = [];
    for (const { source, seq, received_at } of options.held()) {
      if (now - received_at < HELD_AFTER_S * 1000 || source === undefined || seq === undefined) continue;
      if (held.push({ source, seq }) === MAX_HELD) break;
    }
    const record: ConnectorRecord = { connector, timestamp: now / 1000, held, functions: options.functions() };
    try {
      await broker.publish({
        exchange: EXCHANGE.results,
        key: 'connector',
        content: Buffer.from(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.connector, contentType: 'application/json' },
        timeoutMs: CONFIRM_MS,
      });
    } catch (error) {
      log.debug({ why: (error as Error).message }, 'the heartbeat was not published'); // the next one follows
    }
  }

  return repeat(beat, CONNECTOR_REPORT_S * 1000, log, 'heartbeat');
}
