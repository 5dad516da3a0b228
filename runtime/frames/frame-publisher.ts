import {
  beginTrace,
  DEFAULT_TOPIC,
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
 * A producer's way to the broker, with every number accounted for. One publisher sends to one topic: the frames of a sequence wait in one
 * queue, so what is missing behind a later frame is missing.
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
  readonly topic: string;
  /** Gives a frame the next number, and an id and a trace of its own where it comes without. */
  number(frame: UnnumberedFrame): NumberedFrame;
  /** Resolves after the confirm; carries the numbers that were shed before. @throws PublishError */
  send(frame: NumberedFrame, options: { timeoutMs: number }): Promise<void>;
  /**
   * Marks a frame as shed. The next frame reports it. If no frame gets through for a second, a record in `results` reports it.
   * @param reason a readable message, @param code for programs.
   */
  shed(frame: NumberedFrame, reason: string, code?: ShedCode): void;
  /** Reports what is still unreported. Call it before the broker session is closed, when nothing is sent any more. */
  close(): Promise<void>;
}

/** How long that record may wait for its confirm, milliseconds. */
const REPORT_TIMEOUT_MS = 2_000;

/**
 * @param source one that nobody else takes numbers from.
 * @param reportAfterMs how long shed numbers may stay unreported before a record of their own reports them, milliseconds.
 */
export function createFramePublisher(options: {
  broker: Broker;
  log: Log;
  topic?: string;
  source?: Source;
  reportAfterMs?: number;
}): FramePublisher {
  const { broker, log, topic = DEFAULT_TOPIC, source = createSource(), reportAfterMs = 1_000 } = options;
  let newest: { frame: Omit<NumberedFrame, 'jpeg'>; reason: string; code: ShedCode } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reporting: Promise<void> | undefined;

  /** Reports shed numbers with a record of their own, unless a frame does it first. */
  function reportLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      reporting = report().finally(() => {
        reporting = undefined;
      });
    }, reportAfterMs);
  }

  async function report(): Promise<void> {
    const unreported = source.takeShed();
    if (!unreported.length || !newest) return;
    const record = shedRecord({ ...newest, topic, unreported });
    try {
      await broker.publish({
        exchange: EXCHANGE.results,
        key: record.camera_id,
        content: new TextEncoder().encode(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.result, contentType: 'application/json', messageId: record.frame_id },
        timeoutMs: REPORT_TIMEOUT_MS,
      });
    } catch (error) {
      log.debug({ err: error, unreported }, 'shed frames could not be reported yet');
      if ((error as PublishError).kind !== 'invalid') source.giveBack(unreported);
      else log.error({ err: error, unreported }, 'shed frames can never be reported');
    }
    if (source.unreported) reportLater();
  }

  return {
    source: source.id,
    topic,
    number(frame) {
      const seq = source.next();
      const { frame_id = numberedFrameId(source.id, seq), traceparent = writeTraceparent(beginTrace(frame_id)) } =
        frame;
      return { ...frame, frame_id, traceparent, source: source.id, seq };
    },
    async send(frame, { timeoutMs }) {
      const unreported = source.takeShed();
      const { content, ...properties } = encodeFrame({ ...frame, shed: unreported });
      try {
        await broker.publish({
          exchange: EXCHANGE.frames,
          key: frameKey(frame.camera_id, topic),
          content,
          properties,
          timeoutMs,
        });
      } catch (error) {
        if (unreported.length) {
          source.giveBack(unreported);
          reportLater();
        }
        throw error;
      }
    },
    shed({ jpeg: _, ...frame }, reason, code = 'shed_source') {
      source.shed(frame.seq);
      if (!newest || frame.seq > newest.frame.seq) newest = { frame, reason, code };
      reportLater();
    },
    async close() {
      await reporting;
      clearTimeout(timer);
      await report();
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
  topic: string;
  reason: string;
  code: ShedCode;
  unreported: ShedRanges;
}): ResultRecord {
  const { frame, topic, reason, code, unreported } = what;
  const { camera_id, source, captured_at } = frame;
  const [first, seq] = unreported.at(-1)!;
  return {
    frame_id: uuidv7(),
    camera_id,
    topic,
    source,
    seq,
    shed: first < seq ? [...unreported.slice(0, -1), [first, seq - 1]] : unreported.slice(0, -1),
    outcome: 'shed',
    reason,
    reason_code: code,
    detections: [],
    timestamp: Date.now() / 1000,
    original_timestamp: captured_at / 1000,
    stages: { captured_at },
  };
}
