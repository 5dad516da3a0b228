import {
  beginTrace,
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameKey,
  RECORD_TYPE,
  type ReasonCode,
  type ResultRecord,
  type ShedRanges,
  uuidv7,
  writeTraceparent,
} from '@framewire/contract';
import { PublishError } from '../amqp/publisher.ts';
import type { Broker } from '../amqp/session.ts';
import type { Log } from '../telemetry/log.ts';
import { numberedFrameId } from './frame-id.ts';
import { createSource, type Source } from './source.ts';

/** A frame as its producer has it, before it takes a number. Its id follows from the number, unless something else names it. */
export type UnnumberedFrame = Omit<Frame, 'frame_id' | 'source' | 'seq' | 'shed' | 'published_at'> & {
  frame_id?: string;
};
export type NumberedFrame = Omit<Frame, 'shed' | 'published_at'> & { source: string; seq: number };

/** Why a source let a frame go. */
export type ShedCode = Extract<
  ReasonCode,
  'shed_overload' | 'shed_broker' | 'shed_source' | 'unroutable' | 'too_large' | 'clock_skew'
>;

/** What a publish that failed says of the frame. */
export const shedCodeOf = (error: unknown): ShedCode =>
  error instanceof PublishError ? (SHED_CODES[error.kind] ?? 'shed_broker') : 'shed_broker';

const SHED_CODES: Partial<Record<PublishError['kind'], ShedCode>> = { unroutable: 'unroutable', invalid: 'too_large' };

/**
 * A producer's way to the broker, with every number accounted for:
 *
 *     const frame = frames.number({ camera_id, captured_at, jpeg });
 *     try {
 *       await frames.send(frame, { timeoutMs: 2_000 });
 *     } catch (error) {
 *       // a PublishError: send the same frame again (its id and number stay), or
 *       frames.shed(frame, error.message);
 *     }
 *
 * A frame that has its number ends in a `send` that resolves or in `shed`; another `send` after `shed` would be a second outcome.
 */
export interface FramePublisher {
  readonly source: string;
  /** Gives a frame the next number, and an id and a trace of its own where it comes without. */
  number(frame: UnnumberedFrame): NumberedFrame;
  /** Resolves after the confirm; carries the numbers that were shed before. @throws PublishError */
  send(frame: NumberedFrame, options: { topic?: string; timeoutMs: number }): Promise<void>;
  /**
   * Lets a frame's number go. The next frame tells it; where none gets through for a second, a record in `results` does.
   * @param reason in words for a person, @param code for programs.
   */
  shed(frame: NumberedFrame, reason: string, code?: ShedCode): void;
  /** Tells what is still untold. To be called before the broker session is closed, when nothing is sent any more. */
  close(): Promise<void>;
}

/** How long that record may wait for its confirm, milliseconds. */
const TELL_TIMEOUT_MS = 2_000;

/**
 * @param source one that nobody else takes numbers from.
 * @param tellAfterMs so long may shed numbers stay untold before a record of their own tells them.
 */
export function createFramePublisher(options: {
  broker: Broker;
  log: Log;
  source?: Source;
  tellAfterMs?: number;
}): FramePublisher {
  const { broker, log, source = createSource(), tellAfterMs = 1_000 } = options;
  let newest: { frame: Omit<NumberedFrame, 'jpeg'>; reason: string; code: ShedCode } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> | undefined;

  /** Sees to it that untold numbers are told, if no frame does it first. */
  function tellLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      telling = tell().finally(() => {
        telling = undefined;
      });
    }, tellAfterMs);
  }

  async function tell(): Promise<void> {
    const untold = source.takeShed();
    if (!untold.length || !newest) return;
    const record = shedRecord({ ...newest, untold });
    try {
      await broker.publish({
        exchange: EXCHANGE.results,
        key: record.camera_id,
        content: new TextEncoder().encode(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.result, contentType: 'application/json', messageId: record.frame_id },
        timeoutMs: TELL_TIMEOUT_MS,
      });
    } catch (error) {
      log.debug({ err: error, untold }, 'shed frames could not be told yet');
      if ((error as PublishError).kind !== 'invalid') source.giveBack(untold);
      else log.error({ err: error, untold }, 'shed frames can never be told');
    }
    if (source.untold) tellLater();
  }

  return {
    source: source.id,
    number(frame) {
      const seq = source.next();
      const { frame_id = numberedFrameId(source.id, seq), traceparent = writeTraceparent(beginTrace(frame_id)) } =
        frame;
      return { ...frame, frame_id, traceparent, source: source.id, seq };
    },
    async send(frame, { topic, timeoutMs }) {
      const untold = source.takeShed();
      const { content, ...properties } = encodeFrame({ ...frame, shed: untold });
      try {
        await broker.publish({
          exchange: EXCHANGE.frames,
          key: frameKey(frame.camera_id, topic),
          content,
          properties,
          timeoutMs,
        });
      } catch (error) {
        if (untold.length) {
          source.giveBack(untold);
          tellLater();
        }
        throw error;
      }
    },
    shed({ jpeg: _, ...frame }, reason, code = 'shed_source') {
      source.letGo(frame.seq);
      if (!newest || frame.seq > newest.frame.seq) newest = { frame, reason, code };
      tellLater();
    },
    async close() {
      await telling;
      clearTimeout(timer);
      await tell();
      clearTimeout(timer);
    },
  };
}

/**
 * Stands for the highest of the numbers, the others in its `shed`. Its frame id is new: the frame may come again under its own
 * (a caller that was refused repeats it), or may have reached the queue unconfirmed.
 */
function shedRecord(what: {
  frame: Omit<NumberedFrame, 'jpeg'>;
  reason: string;
  code: ShedCode;
  untold: ShedRanges;
}): ResultRecord {
  const { frame, reason, code, untold } = what;
  const { camera_id, source, captured_at } = frame;
  const [first, seq] = untold.at(-1)!;
  return {
    frame_id: uuidv7(),
    camera_id,
    source,
    seq,
    shed: first < seq ? [...untold.slice(0, -1), [first, seq - 1]] : untold.slice(0, -1),
    outcome: 'shed',
    reason,
    reason_code: code,
    detections: [],
    timestamp: Date.now() / 1000,
    original_timestamp: captured_at / 1000,
    stages: { captured_at },
  };
}
