import type { Broker } from '@framewire/runtime/amqp';
import { subscribeToWatched } from '@framewire/runtime/frames';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';

/** A frame without a deadline is kept so long for its result, milliseconds. */
const KEEP_MS = 10_000;
/** And any frame at least so long: that of a frame which expired comes after its deadline. */
const KEEP_AT_LEAST_MS = 1_000;
/** Bytes held at most; the oldest frames go first. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Frames of the cameras that somebody watches, each kept until its result or its deadline comes. */
export interface WatchedFrames {
  /** Whose frames are wanted from now on. */
  want(cameras: '*' | ReadonlySet<string>): void;
  /** Hands a frame out and forgets it; undefined while it is not here. */
  take(frameId: string): Uint8Array | undefined;
  /** Whether frames of this camera come at present, so that one which is missing is worth waiting for. */
  isFlowing(camera: string): boolean;
  /** One of this camera was waited for in vain. */
  missed(camera: string): void;
  /** Called with the camera at each frame. */
  onArrival(listener: (camera: string) => void): void;
  /** None is wanted any more. */
  close(): void;
}

interface Held {
  jpeg: Uint8Array;
  until: number;
}

export function createWatchedFrames(options: {
  broker: Broker;
  node_id: string;
  metrics: Metrics;
  log: Log;
}): WatchedFrames {
  const held = new Map<string, Held>();
  let bytes = 0;
  const flowing = new Set<string>();
  let listener: (camera: string) => void = () => {};

  const subscription = subscribeToWatched({
    ...options,
    onFrame({ frame_id, camera_id, deadline_ms, jpeg }) {
      const now = Date.now();
      hold(frame_id, { jpeg, until: Math.max(deadline_ms ?? now + KEEP_MS, now + KEEP_AT_LEAST_MS) });
      flowing.add(camera_id);
      listener(camera_id);
    },
    onMalformed: () => options.metrics.malformed.inc({ what: 'frame' }),
  });

  function hold(frameId: string, frame: Held): void {
    forget(frameId);
    held.set(frameId, frame);
    bytes += frame.jpeg.length;
    const now = Date.now();
    for (const [oldest, { until }] of held) {
      if (bytes <= MAX_BYTES && until > now) break;
      forget(oldest);
    }
  }

  function forget(frameId: string): void {
    bytes -= held.get(frameId)?.jpeg.length ?? 0;
    held.delete(frameId);
  }

  return {
    want(cameras) {
      if (cameras !== '*' && cameras.size === 0) flowing.clear();
      subscription.want(cameras);
    },
    take(frameId) {
      const frame = held.get(frameId);
      forget(frameId);
      return frame?.jpeg;
    },
    isFlowing: (camera) => flowing.has(camera),
    missed(camera) {
      flowing.delete(camera);
    },
    onArrival(next) {
      listener = next;
    },
    close: subscription.close,
  };
}
