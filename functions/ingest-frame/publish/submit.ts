import type { IngestAnswer } from '@framewire/contract';
import { PublishError } from '@framewire/runtime/amqp';
import {
  type Backpressure,
  derivedFrameId,
  type FramePublisher,
  shedCodeOf,
  type UnnumberedFrame,
} from '@framewire/runtime/frames';
import { HttpError } from '@framewire/runtime/http';
import type { Repeats } from './idempotency.ts';

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

/** Resolves once the broker has the frame. A frame that it has not, or may not have, is shed: the caller decides what comes. */
export function createSubmit(options: {
  frames: FramePublisher;
  pressure: Pick<Backpressure, 'admits'>;
  repeats: Repeats;
  timeoutMs: number;
}) {
  const { frames, pressure, repeats, timeoutMs } = options;

  /** Its frame id. */
  async function publish(frame: UnnumberedFrame, topic: string): Promise<string> {
    const numbered = frames.number(frame);
    if (frame.deadline_ms !== undefined && !pressure.admits(frame.camera_id, topic)) {
      frames.shed(numbered, OVERLOAD, 'shed_overload');
      throw new HttpError(429, 'overload', `${OVERLOAD}; one without a deadline is always taken`, RETRY);
    }
    try {
      await frames.send(numbered, { topic, timeoutMs });
    } catch (error) {
      frames.shed(numbered, (error as Error).message, shedCodeOf(error));
      throw error instanceof PublishError ? refusal(error) : error;
    }
    return numbered.frame_id;
  }

  /** @throws HttpError 409 for a key that another picture had, 429 when the queue is full or a live frame has to go, 503 when there is no confirm. */
  return async function submit({ frame, topic, idempotencyKey }: Submission): Promise<Accepted> {
    const { camera_id } = frame;
    if (idempotencyKey === undefined) {
      return { frame_id: await publish(frame, topic), camera_id, repeated: false };
    }
    // neither a topic nor a camera id holds a slash
    const frame_id = derivedFrameId(`${topic}/${camera_id}/${idempotencyKey}`);
    const repeated = await repeats.once(frame_id, frame.jpeg, () => publish({ ...frame, frame_id }, topic));
    return { frame_id, camera_id, repeated };
  };
}

const OVERLOAD = 'more live frames come than can be detected: a share of every camera is let go';
const RETRY = { 'retry-after': '1' };

/** Why the broker did not take it, as an answer. */
function refusal({ kind, message }: PublishError): HttpError {
  if (kind === 'refused') return new HttpError(429, 'queue_full', `${message}: send it again later`, RETRY);
  if (kind === 'away') return new HttpError(503, 'broker_away', `the broker is away: ${message}`, RETRY);
  if (kind === 'invalid') return new HttpError(413, 'too_large', message);
  if (kind === 'unroutable') return new HttpError(503, 'unroutable', message, RETRY);
  const words =
    'the frame may or may not be in the queue; under an Idempotency-Key it can be sent again as the same frame';
  return new HttpError(503, 'unconfirmed', `${message}: ${words}`, RETRY);
}
