import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from './frame-id.ts';
import { DAY_MS, judgeMoment, type MomentRule, showSeen } from './moment.ts';
import { sequenceNumber, sourceId } from './sequence.ts';
import { shedRanges } from './shed-ranges.ts';
import { DEFAULT_TOPIC } from './topic.ts';

/** The AMQP headers of a frame message. The body is the JPEG, `message_id` the frame id. */
export const frameHeaders = z
  .object({
    camera_id: cameraId,
    source: sourceId.optional().describe('The sequence that `seq` belongs to; absent if the producer numbers nothing.'),
    seq: sequenceNumber.optional(),
    shed: shedRanges.optional().describe('The numbers that the source shed since the last frame it published.'),
    still: shedRanges
      .optional()
      .describe('The numbers that the source found still since then: those frames were not to be detected.'),
    captured_at: z.number().positive().describe("Milliseconds since the epoch, by the producer's clock."),
    deadline_ms: z
      .number()
      .positive()
      .optional()
      .describe(
        'After this moment nobody wants the result, milliseconds since the epoch; absent: the frame does not expire.',
      ),
    published_at: z
      .number()
      .positive()
      .optional()
      .describe('When the producer handed it to the broker, milliseconds since the epoch.'),
    traceparent: z.string().optional().describe('W3C trace context.'),
  })
  .meta({
    id: 'FrameHeaders',
    description:
      'The AMQP headers of a frame. As headers `shed` and `still` are JSON text. The body is the JPEG, `message_id` the frame id.',
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
  /** How long the message may wait in the queue, milliseconds: the time left until the deadline. */
  expiration?: string;
  headers: Record<string, string | number>;
}

/** `faces.door`: the topic picks the detection queue, the camera id the viewers. */
export const frameKey = (camera: string, topic: string = DEFAULT_TOPIC): string => `${topic}.${camera}`;

export function encodeFrame(frame: Frame, now: number = Date.now()): FrameMessage {
  const { frame_id, jpeg, shed, still, ...rest } = frame;
  const headers: Record<string, string | number> = {};
  for (const [name, value] of Object.entries({ ...rest, published_at: now })) {
    if (value !== undefined) headers[name] = value;
  }
  if (shed?.length) headers.shed = JSON.stringify(shed);
  if (still?.length) headers.still = JSON.stringify(still);
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

/** A message that is not a frame. The text names the field, what was seen in it, and what is wanted. */
export class FrameFieldError extends Error {
  override name = 'FrameFieldError';
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(`${field}: ${message}`);
  }
}

/** What each field must be, for the error message. */
const WANTED: Record<string, string> = {
  message_id: 'a UUID is wanted',
  camera_id: 'a camera id is 1 to 64 letters, digits, "_" or "-"',
  source: 'an id of 1 to 64 characters is wanted',
  seq: 'a whole number from 1 on is wanted',
  shed: 'JSON text with ranges of numbers is wanted, such as [[5,6],[9,9]]',
  still: 'JSON text with ranges of numbers is wanted, such as [[5,6],[9,9]]',
  traceparent: 'text is wanted',
};

/** How long a frame may have waited in the queue: a frame without a deadline does not expire. */
const LONGEST_WAIT_MS = 365 * DAY_MS;

/**
 * @param now when it is read, milliseconds since the epoch: moments that are implausible then are refused. Not checked by default.
 * @throws FrameFieldError when the id or a header is missing or wrong.
 */
export function decodeFrame(
  message: {
    content: Uint8Array;
    messageId: unknown;
    headers: Record<string, unknown>;
  },
  now?: number,
): Frame {
  const { shed, still } = message.headers;
  const headers = { ...message.headers, shed: parseRanges('shed', shed), still: parseRanges('still', still) };
  if (now !== undefined) checkMoments(headers, now);
  const parsed = frameHeaders.safeParse(headers);
  if (!parsed.success) throw fieldError(String(parsed.error.issues[0]!.path[0]), headers);
  const id = frameId.safeParse(message.messageId);
  if (!id.success) throw fieldError('message_id', { message_id: message.messageId });
  return { ...parsed.data, frame_id: id.data, jpeg: message.content };
}

function fieldError(field: string, values: Record<string, unknown>): FrameFieldError {
  return new FrameFieldError(field, `${showSeen(values[field])}; ${WANTED[field] ?? 'a number is wanted'}`);
}

function parseRanges(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw fieldError(field, { [field]: value });
  }
}

/**
 * Compares the capture with `published_at` if the message has it, because both are by the producer's clock and the message may have
 * waited since; otherwise with the present.
 */
function checkMoments({ published_at, captured_at, deadline_ms }: Record<string, unknown>, now: number): void {
  const check = (field: string, value: unknown, rule: Omit<MomentRule, 'unit'>) => {
    const problem = judgeMoment(value, { unit: 'ms', ...rule });
    if (problem) throw new FrameFieldError(field, problem);
  };
  if (published_at !== undefined) check('published_at', published_at, { near: now, before: LONGEST_WAIT_MS });
  check('captured_at', captured_at, { near: (published_at as number | undefined) ?? now });
  if (deadline_ms !== undefined) check('deadline_ms', deadline_ms, { near: captured_at as number, after: 2 * DAY_MS });
}
