import { EXCHANGE, encodeFrame } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import type { WatchedCameras } from '@framewire/runtime/frames';
import { background, createLruMap } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { ArrivedFrame } from '../consume/delivery.ts';
import type { ConnectorMetrics } from '../metrics.ts';

/** How long a frame may wait for its confirm, milliseconds. */
const CONFIRM_MS = 1_000;
/** What may wait for a confirm at once; one frame more is dropped. */
const MAX_FRAMES = 64;
const MAX_BYTES = 32 * 1024 * 1024;
/** Frames that are remembered as forwarded: as many as could come back for another try. */
const MAX_REMEMBERED = 10_000;

/**
 * Forwards frames to viewers. The connector does it, and not the exchange `frames`: so no viewer's queue takes a frame that no detection
 * queue has taken.
 */
export interface FrameTap {
  /** Publishes a frame where somebody watches its camera, once. Never waits and never throws. */
  forward(frame: ArrivedFrame): void;
  /** Resolves when nothing is in flight any more. */
  close(): Promise<void>;
}

/** @param broker a session of its own: frames hold up no outcome, and no outcome bears the id of a frame in flight. */
export function createFrameTap(options: {
  broker: Broker;
  watched: WatchedCameras;
  metrics: Pick<ConnectorMetrics, 'viewerFrame'>;
  log: Log;
}): FrameTap {
  const { broker, watched, metrics, log } = options;
  const inFlight = new Set<Promise<void>>();
  const forwarded = createLruMap<string, true>(MAX_REMEMBERED);
  let bytes = 0;
  let problem: string | undefined;

  async function publish({ topic: _topic, ...frame }: ArrivedFrame): Promise<void> {
    // no expiration: a frame whose deadline has passed is shown all the same
    const { content, expiration: _, ...properties } = encodeFrame(frame);
    try {
      await broker.publish({
        exchange: EXCHANGE.watchedFrames,
        key: `seen.${frame.camera_id}`,
        content,
        properties: { ...properties, persistent: false, mandatory: false },
        timeoutMs: CONFIRM_MS,
      });
      metrics.viewerFrame('forwarded');
      if (problem) log.info('viewers get frames again');
      problem = undefined;
    } catch (error) {
      metrics.viewerFrame('failed');
      if (!problem) log.warn({ err: error, frame_id: frame.frame_id }, 'viewers get no frames');
      problem = (error as Error).message;
    }
  }

  return {
    forward(frame) {
      if (!watched.has(frame.camera_id) || forwarded.has(frame.frame_id)) return;
      const size = frame.jpeg.length;
      if (inFlight.size >= MAX_FRAMES || bytes + size > MAX_BYTES) return metrics.viewerFrame('dropped');
      forwarded.set(frame.frame_id, true);
      bytes += size;
      const work = publish(frame).finally(() => {
        bytes -= size;
        inFlight.delete(work);
      });
      inFlight.add(work);
      background(work, log, 'forwarding a frame');
    },
    async close() {
      await Promise.allSettled(inFlight);
    },
  };
}
