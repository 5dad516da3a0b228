import type { IngestAnswer } from '@framewire/contract';
import { PublishError } from '@framewire/runtime/amqp';
import {
  type Backpressure,
  derivedFrameId,
  type FramePublisher,
  OVERLOAD_REASON,
  shedCodeOf,
  type UnnumberedFrame,
} from '@framewire/runtime/frames';
import { HttpError } from '@framewire/runtime/http';
import type { IdempotencyCache } from './idempotency.ts';

/** A frame that was asked to be published. */
export interface Submission {
  frame: Omit<UnnumberedFrame, 'frame_id'>;
  topic: string;
  /** As the caller gave it. */
  idempotencyKey?: string;
}

export interface Accepted extends IngestAnswer {
  /** It had been confirmed before, and was not published again. */
  repeated: boolean;
}

/** Resolves once the broker has the frame. A frame that the broker does not have, or may not have, is shed: the caller may send it again. */
export function createSubmit(options: {
  /** By topic. */
  publishers: ReadonlyMap<string, FramePublisher>;
  backpressure: Pick<Backpressure, 'admits'>;
  idempotency: IdempotencyCache;
  timeoutMs: number;
}) {
  const { publishers, backpressure, idempotency, timeoutMs } = options;

  /** Its frame id. */
  async function publish(frame: UnnumberedFrame, topic: string): Promise<string> {
    const frames = publishers.get(topic)!;
    const numbered = frames.number(frame);
    if (frame.deadline_ms !== undefined && !backpressure.admits(frame.camera_id, topic)) {
      frames.shed(numbered, OVERLOAD_REASON, 'shed_overload');
      throw new HttpError(429, 'overload', `${OVERLOAD_REASON}; a frame without a deadline is accepted`, RETRY);
    }
    try {
      await frames.send(numbered, { timeoutMs });
    } catch (error) {
      frames.shed(numbered, (error as Error).message, shedCodeOf(error));
      throw error instanceof PublishError ? refusal(error) : error;
    }
    return numbered.frame_id;
  }

  /** @throws HttpError 409 for a key of another picture, 429 when the queue is full or the frame is shed, 503 without a confirm. */
  return async function submit({ frame, topic, idempotencyKey }: Submission): Promise<Accepted> {
    const { camera_id } = frame;
    if (idempotencyKey === undefined) {
      return { frame_id: await publish(frame, topic), camera_id, repeated: false };
    }
    // neither a topic nor a camera id holds a slash
    const frame_id = derivedFrameId(`${topic}/${camera_id}/${idempotencyKey}`);
    const repeated = await idempotency.once(frame_id, frame.jpeg, () => publish({ ...frame, frame_id }, topic));
    return { frame_id, camera_id, repeated };
  };
}

const RETRY = { 'retry-after': '1' };

/** Why the broker did not take it, as an answer. */
function refusal({ kind, message }: PublishError): HttpError {
  if (kind === 'refused') return new HttpError(429, 'queue_full', `${message}: send it again later`, RETRY);
  if (kind === 'away') return new HttpError(503, 'broker_unreachable', `the broker is away: ${message}`, RETRY);
  if (kind === 'invalid') return new HttpError(413, 'too_large', message);
  if (kind === 'unroutable') return new HttpError(503, 'unroutable', message, RETRY);
  const words =
    'the frame may or may not be in the queue; under an Idempotency-Key it can be sent again as the same frame';
  return new HttpError(503, 'unconfirmed', `${message}: ${words}`, RETRY);
}
