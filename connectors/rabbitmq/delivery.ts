import { cameraId, decodeFrame, type Frame, frameId, SEED_CAMERA, seedFrame } from '@framewire/contract';
import { type ConsumeMessage, derivedFrameId } from '@framewire/runtime';
import { ZodError } from 'zod';

/** What is known of any frame, a message that cannot be read included. */
export type FrameFacts = Omit<Frame, 'jpeg'>;

/**
 * A message as it arrived:
 * - `frame`: by our wire format;
 * - `seed`: by the first generation's JSON; no viewer has seen its picture yet;
 * - `unreadable`: neither, and `reason` says why.
 */
export type Arrival =
  | { kind: 'frame' | 'seed'; frame: Frame }
  | { kind: 'unreadable'; frame: FrameFacts; reason: string };

type Message = Pick<ConsumeMessage, 'content' | 'fields' | 'properties'>;

/** Never throws: a message that cannot be read is an outcome like any other. */
export function readDelivery(message: Message, now: number = Date.now()): Arrival {
  const { content, properties } = message;
  try {
    if (isJpegMessage(properties)) {
      const headers = properties.headers ?? {};
      return { kind: 'frame', frame: decodeFrame({ content, messageId: properties.messageId, headers }) };
    }
    return { kind: 'seed', frame: readSeedFrame(content) };
  } catch (error) {
    return { kind: 'unreadable', frame: guessFacts(message, now), reason: inWords(error) };
  }
}

/** How often this message was delivered before, as a quorum queue counts. */
export const deliveryCount = ({ properties }: Message): number => Number(properties.headers?.['x-delivery-count'] ?? 0);

const isJpegMessage = ({ contentType, headers }: Message['properties']) =>
  contentType === 'image/jpeg' || headers?.camera_id !== undefined;

function readSeedFrame(content: Buffer): Frame {
  const { frame, timestamp } = seedFrame.parse(parseJson(content));
  return {
    frame_id: derivedFrameId(content),
    camera_id: SEED_CAMERA,
    captured_at: timestamp * 1000,
    jpeg: Buffer.from(frame, 'base64'),
  };
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new Error('neither a JPEG message nor JSON');
  }
}

/** The same each time it is delivered, so that it stays one frame. */
function guessFacts({ content, fields, properties }: Message, now: number): FrameFacts {
  const words = fields.routingKey.split('.');
  // a key of one word is a queue's name: it came by the default exchange
  const camera = cameraId.safeParse(words.length > 1 ? words.at(-1) : undefined);
  const id = frameId.safeParse(properties.messageId);
  return {
    frame_id: id.success ? id.data : derivedFrameId(content),
    camera_id: camera.success ? camera.data : SEED_CAMERA,
    captured_at: typeof properties.timestamp === 'number' ? properties.timestamp * 1000 : now,
  };
}

function inWords(error: unknown): string {
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return `not a frame: ${[...(issue?.path ?? []), issue?.message].join(': ')}`;
  }
  return `not a frame: ${(error as Error).message}`;
}
