import { EXCHANGE, encodeFrame } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { listenForWatchedCameras, type NumberedFrame } from '@framewire/runtime/frames';
import type { Log } from '@framewire/runtime/telemetry';

/** How long a frame may wait for its confirm, milliseconds. */
const CONFIRM_MS = 1_000;
/** What may wait for a confirm at once; one frame more is not shown. */
const MAX_FRAMES = 64;

/** Shows viewers frames that nobody detects. Those that are detected come to them by the RabbitMQ connector. */
export interface ViewerFrames {
  /** Publishes a frame if somebody watches its camera: resolves to whether it was confirmed, and never rejects. Undefined otherwise. */
  show(frame: NumberedFrame): Promise<boolean> | undefined;
}

export function createViewerFrames({ broker, log }: { broker: Broker; log: Log }): ViewerFrames {
  const watched = listenForWatchedCameras({ broker, log });
  let inFlight = 0;

  async function publish(frame: NumberedFrame): Promise<boolean> {
    const { content, expiration: _, ...properties } = encodeFrame(frame);
    try {
      await broker.publish({
        exchange: EXCHANGE.watchedFrames,
        key: `seen.${frame.camera_id}`,
        content,
        properties: { ...properties, persistent: false, mandatory: false },
        timeoutMs: CONFIRM_MS,
      });
      return true;
    } catch (error) {
      log.debug({ why: (error as Error).message, frame_id: frame.frame_id }, 'a still frame was not shown');
      return false;
    }
  }

  return {
    show(frame) {
      if (inFlight >= MAX_FRAMES || !watched.has(frame.camera_id)) return undefined;
      inFlight++;
      return publish(frame).finally(() => inFlight--);
    },
  };
}
