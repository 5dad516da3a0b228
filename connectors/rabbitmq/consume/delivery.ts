import {
  cameraId,
  DEFAULT_TOPIC,
  decodeFrame,
  EXCHANGE,
  type Frame,
  frameId,
  judgeMoment,
  LEGACY_CAMERA,
  topicName,
} from '@framewire/contract';
import type { ConsumeMessage } from '@framewire/runtime/amqp';
import { derivedFrameId } from '@framewire/runtime/frames';
import { readLegacyBody, startOf } from './legacy-body.ts';

/** A frame and the topic that its routing key names. */
export type ArrivedFrame = Frame & { topic: string };
/** What is known of any frame, also of a message that cannot be read. */
export type FrameFacts = Omit<ArrivedFrame, 'jpeg'>;

/**
 * A message as it arrived:
 * - `frame`: in the wire format, or a JPEG without headers;
 * - `legacy`: JSON of a legacy producer;
 * - `unreadable`: neither, and `reason` says why.
 */
export type Arrival =
  | { kind: 'frame' | 'legacy'; frame: ArrivedFrame }
  | { kind: 'unreadable'; frame: FrameFacts; reason: string };

type Message = Pick<ConsumeMessage, 'content' | 'fields' | 'properties'>;

/** Never throws: a message that cannot be read has an outcome like any other. */
export function readDelivery(message: Message, now: number = Date.now()): Arrival {
  const topic = topicOf(message);
  try {
    if (message.properties.headers?.camera_id !== undefined)
      return { kind: 'frame', frame: { ...readFrame(message, now), topic } };
    if (isJpeg(message.content)) return { kind: 'frame', frame: { ...readBareJpeg(message, now), topic } };
    return { kind: 'legacy', frame: { ...readLegacy(message, now), topic } };
  } catch (error) {
    return { kind: 'unreadable', frame: guessFacts(message, now), reason: `not a frame: ${(error as Error).message}` };
  }
}

/** How often this message was delivered before, as a quorum queue counts. */
export const deliveryCount = ({ properties }: Message): number => Number(properties.headers?.['x-delivery-count'] ?? 0);

const isJpeg = (content: Uint8Array) => content[0] === 0xff && content[1] === 0xd8;

/** A frame without an id gets one from its camera, its moment and its picture. */
function readFrame({ content, properties }: Message, now: number): Frame {
  const headers = properties.headers ?? {};
  const messageId =
    properties.messageId ?? derivedFrameId(`${headers.camera_id}/${headers.captured_at}/${derivedFrameId(content)}`);
  return decodeFrame({ content, messageId, headers }, now);
}

/** A JPEG without headers is a frame of camera `default`. It was captured when its producer says it sent it, else now. */
function readBareJpeg({ content, properties }: Message, now: number): Frame {
  const { messageId = derivedFrameId(content), headers } = properties;
  const captured_at = headers?.captured_at ?? sentAt(properties.timestamp, now) ?? now;
  return decodeFrame({ content, messageId, headers: { ...headers, camera_id: LEGACY_CAMERA, captured_at } }, now);
}

function readLegacy({ content, properties }: Message, now: number): Frame {
  const { contentEncoding } = properties;
  if (contentEncoding && !['identity', 'utf-8'].includes(contentEncoding.toLowerCase()))
    throw new Error(`content_encoding: ${JSON.stringify(contentEncoding)}; the body is wanted as it is`);
  if (!content.toString('latin1', 0, 16).match(/^[^!-~]*[{[]/) && properties.contentType === 'image/jpeg')
    throw new Error(`the body is called image/jpeg and is none: it starts with ${startOf(content)}`);
  const { jpeg, captured_at } = readLegacyBody(content, now);
  return { frame_id: derivedFrameId(content), camera_id: LEGACY_CAMERA, captured_at, jpeg };
}

/** Milliseconds since the epoch, from a message's property; undefined where there is none that is plausible. */
function sentAt(timestamp: unknown, now: number): number | undefined {
  return judgeMoment(timestamp, { unit: 's', near: now }) === undefined ? Number(timestamp) * 1_000 : undefined;
}

/**
 * Topic and camera of a routing key. Undefined where the message was published to the default exchange: the key is the queue's name then,
 * with dots or without. A dead letter keeps its key.
 */
export function readKey({ fields, properties }: Pick<Message, 'fields' | 'properties'>) {
  const { routingKey } = fields;
  const [death] = properties?.headers?.['x-death'] ?? [];
  const exchange: unknown = fields.exchange === EXCHANGE.deadLetters ? death?.exchange : fields.exchange;
  const dot = routingKey.indexOf('.');
  if (exchange === '' || dot < 0) return undefined;
  return { topic: routingKey.slice(0, dot), camera: routingKey.slice(routingKey.lastIndexOf('.') + 1) };
}

/** `faces` where the key names none: so came every frame before there were topics. */
const topicOf = (message: Message): string => {
  const topic = topicName.safeParse(readKey(message)?.topic);
  return topic.success ? topic.data : DEFAULT_TOPIC;
};

/** The same each time it is delivered, so that it stays one frame. */
function guessFacts(message: Message, now: number): FrameFacts {
  const { content, properties } = message;
  const camera = cameraId.safeParse(readKey(message)?.camera);
  const id = frameId.safeParse(properties.messageId);
  return {
    frame_id: id.success ? id.data : derivedFrameId(content),
    camera_id: camera.success ? camera.data : LEGACY_CAMERA,
    topic: topicOf(message),
    captured_at: sentAt(properties.timestamp, now) ?? now,
  };
}
