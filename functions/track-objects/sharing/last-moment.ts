import { decodeTrackRecord, EXCHANGE, QUEUE } from '@framewire/contract';
import { type Broker, readStream } from '@framewire/runtime/amqp';
import { sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** The last records of the stream have come when none came for so long, milliseconds. */
const QUIET_MS = 700;
const LOOK_MS = 50;

/**
 * When the newest record of `track_queue` was made, seconds since the epoch; undefined where there is none.
 * @param signal ends the wait.
 */
export async function lastMoment(broker: Broker, log: Log, signal: AbortSignal): Promise<number | undefined> {
  let newest: number | undefined;
  let since = Date.now();
  const reader = readStream({
    broker,
    queue: QUEUE.tracks,
    exchange: EXCHANGE.tracks,
    start: () => 'last',
    onMessage({ properties, content }) {
      since = Date.now();
      try {
        const message = decodeTrackRecord(properties.type, content);
        if (message.type !== 'other') newest = Math.max(newest ?? 0, message.record.timestamp);
      } catch {
        // whoever reads on from here counts what is malformed
      }
    },
    onAttach() {
      since = Date.now();
    },
    log,
  });
  while (!signal.aborted && !(reader.isOpen && Date.now() - since > QUIET_MS)) await sleep(LOOK_MS, signal);
  await reader.close();
  return newest;
}
