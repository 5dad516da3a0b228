import type { Frame } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { createFramePublisher, type FramePublisher, listenForBackpressure } from '@framewire/runtime/frames';
import type { Log } from '@framewire/runtime/telemetry';

/**
 * What became of a frame at its source:
 * - `taken`: the broker has it;
 * - `refused`: the broker did not take it, and it was shed;
 * - `shed`: it was shed before anything was sent.
 */
export type Sent = 'taken' | 'refused' | 'shed';

export interface CameraFrame {
  jpeg: Uint8Array;
  camera_id: string;
  /** Milliseconds since the epoch. */
  captured_at: number;
  /** The frame is worthless after this, milliseconds since the epoch. Without it the frame is never shed on request. */
  deadline_ms?: number;
}

/** Sends frames as the camera connector does: numbered by camera, and shed when the connector asks for it. */
export interface CameraSender {
  send(frame: CameraFrame): Promise<{ frame: Frame; sent: Sent }>;
  close(): Promise<void>;
}

/** How long a frame may wait for the broker, milliseconds. */
const SEND_MS = 2_000;

export function createCameraSender(broker: Broker, log: Log): CameraSender {
  const backpressure = listenForBackpressure({ broker, log });
  const publishers = new Map<string, FramePublisher>();
  const publisherOf = (camera: string) => {
    const publisher = publishers.get(camera) ?? createFramePublisher({ broker, log });
    publishers.set(camera, publisher);
    return publisher;
  };
  return {
    async send(captured) {
      const publisher = publisherOf(captured.camera_id);
      const frame = publisher.number(captured);
      if (captured.deadline_ms !== undefined && !backpressure.admits(captured.camera_id)) {
        publisher.shed(frame, 'more frames come than can be detected');
        return { frame, sent: 'shed' };
      }
      try {
        await publisher.send(frame, { timeoutMs: SEND_MS });
        return { frame, sent: 'taken' };
      } catch (error) {
        publisher.shed(frame, (error as Error).message);
        return { frame, sent: 'refused' };
      }
    },
    async close() {
      await Promise.all([...publishers.values()].map((publisher) => publisher.close()));
      await backpressure.close();
    },
  };
}
