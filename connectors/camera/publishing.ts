import {
  type CameraRecord,
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameKey,
  RECORD_TYPE,
  type ResultRecord,
} from '@framewire/contract';
import type { Broker } from '@framewire/runtime';

export type NumberedFrame = Frame & Required<Pick<Frame, 'source' | 'seq' | 'deadline_ms'>>;

/** How long a record may wait for its confirm, milliseconds. */
const RECORD_MS = 2_000;

/** What a camera says to the broker. Each resolves after the confirm. @throws PublishError */
export interface Publishing {
  /** Gives up at the frame's deadline. */
  frame(frame: NumberedFrame): Promise<void>;
  result(record: ResultRecord): Promise<void>;
  camera(record: CameraRecord): Promise<void>;
}

export function createPublishing(broker: Broker): Publishing {
  const record = (type: string, value: { camera_id: string }) =>
    broker.publish({
      exchange: EXCHANGE.results,
      key: value.camera_id,
      content: new TextEncoder().encode(JSON.stringify(value)),
      properties: { type, contentType: 'application/json' },
      timeoutMs: RECORD_MS,
    });

  return {
    frame(frame) {
      const { content, ...properties } = encodeFrame(frame);
      const timeoutMs = frame.deadline_ms - Date.now();
      return broker.publish({
        exchange: EXCHANGE.frames,
        key: frameKey(frame.camera_id),
        content,
        properties,
        timeoutMs,
      });
    },
    result: (value) => record(RECORD_TYPE.result, value),
    camera: (value) => record(RECORD_TYPE.camera, value),
  };
}
