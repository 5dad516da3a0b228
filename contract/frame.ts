import { z } from 'zod';
import { cameraId } from './camera.ts';
import { frameId } from './frame-id.ts';
import { shedRanges } from './shed.ts';

/**
 * A frame on its way to a detector: a JPEG and what is known of it.
 * As a message: the body is the JPEG, `message_id` the frame id, the rest stands in the headers.
 */
export const frameHeaders = z.object({
  camera_id: cameraId,
  /** The numbering that `seq` belongs to: taken by each producing process at its start. Absent where the producer keeps none. */
  source: z.string().min(1).max(64).optional(),
  /** 1, 2, 3, ... within the source, without gaps. */
  seq: z.int().positive().optional(),
  /** The numbers that the source let go since the last frame it published, as `[first, last]` pairs. */
  shed: shedRanges.optional(),
  /** Milliseconds since the epoch, by the producer's clock. */
  captured_at: z.number().positive(),
  /** After this moment (milliseconds since the epoch) nobody wants the result. Absent: it waits as long as it takes. */
  deadline_ms: z.number().positive().optional(),
  /** When the producer handed it to the broker, milliseconds since the epoch. */
  published_at: z.number().positive().optional(),
  /** W3 trace context. */
  traceparent: z.string().optional(),
});
export type FrameHeaders = z.infer<typeof frameHeaders>;

export interface Frame extends FrameHeaders {
  frame_id: string;
  jpeg: Uint8Array;
}

/** The parts of an AMQP message that a frame travels in; the names are amqplib's. */
export interface FrameMessage {
  content: Uint8Array;
  messageId: string;
  contentType: 'image/jpeg';
  /** Seconds since the epoch. */
  timestamp: number;
  /** Milliseconds the message may wait, from the deadline. */
  expiration?: string;
  headers: Record<string, string | number>;
}

export const DEFAULT_TOPIC = 'faces';

/** `faces.door`: the topic picks the detection queue, the camera id the viewers. */
export const frameKey = (camera: string, topic: string = DEFAULT_TOPIC): string => `${topic}.${camera}`;

export function encodeFrame(frame: Frame, now: number = Date.now()): FrameMessage {
  const { frame_id, jpeg, shed, ...rest } = frame;
  const headers: Record<string, string | number> = {};
  for (const [name, value] of Object.entries({ ...rest, published_at: now })) {
    if (value !== undefined) headers[name] = value;
  }
  if (shed?.length) headers.shed = JSON.stringify(shed);
  const message: FrameMessage = {
    content: jpeg,
    messageId: frame_id,
    contentType: 'image/jpeg',
    timestamp: Math.floor(frame.captured_at / 1000),
    headers,
  };
  if (frame.deadline_ms !== undefined) message.expiration = String(Math.max(1, Math.ceil(frame.deadline_ms - now)));
  return message;
}

/** @throws ZodError when the id or a header is missing or wrong. */
export function decodeFrame(message: {
  content: Uint8Array;
  messageId: unknown;
  headers: Record<string, unknown>;
}): Frame {
  const { shed, ...headers } = message.headers;
  return {
    ...frameHeaders.parse({ ...headers, shed: typeof shed === 'string' ? JSON.parse(shed) : shed }),
    frame_id: frameId.parse(message.messageId),
    jpeg: message.content,
  };
}
