import {
  beginTrace,
  DEFAULT_TOPIC,
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameKey,
  RECORD_TYPE,
  type ReasonCode,
  writeTraceparent,
} from '@framewire/contract';
import { PublishError } from '../amqp/publisher.ts';
import type { Broker } from '../amqp/session.ts';
import { background } from '../process/background.ts';
import { createTurns } from '../process/wait.ts';
import type { Log } from '../telemetry/log.ts';
import { numberedFrameId } from './frame-id.ts';
import { createSource, type Source } from './source.ts';
import { type Unsent, unsentRecord } from './unsent-record.ts';

/** A frame as its producer has it, before it takes a number. Its id follows from the number, unless something else names it. */
export type UnnumberedFrame = Omit<Frame, 'frame_id' | 'source' | 'seq' | 'shed' | 'still' | 'published_at'> & {
  frame_id?: string;
};
export type NumberedFrame = Omit<Frame, 'shed' | 'still' | 'published_at'> & { source: string; seq: number };

/** Why a source let a frame go. */
export type ShedCode = Extract<
  ReasonCode,
  'shed_overload' | 'shed_broker' | 'shed_source' | 'unroutable' | 'too_large' | 'clock_skew'
>;

/** Why a source found a frame still. */
export type StillCode = Extract<ReasonCode, 'no_motion' | 'outside_hours'>;

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
 * A frame that has its number ends in a `send` that resolves, in `shed` or in `still`; another `send` after that would be a second outcome.
 */
export interface FramePublisher {
  readonly source: string;
  readonly topic: string;
  /** Gives a frame the next number, and an id and a trace of its own where it comes without. */
  number(frame: UnnumberedFrame): NumberedFrame;
  /** Resolves after the confirm; carries the numbers that were shed or still before. @throws PublishError */
  send(frame: NumberedFrame, options: { timeoutMs: number }): Promise<void>;
  /**
   * Marks a frame as shed. The next frame reports it. If no frame gets through for a second, a record in `results` reports it.
   * @param reason a readable message, @param code for programs.
   */
  shed(frame: NumberedFrame, reason: string, code?: ShedCode): void;
  /**
   * Marks a frame as still: it is not to be detected. It is reported as a shed one is.
   * @param shownAt when its JPEG was published to viewers, milliseconds since the epoch: then a record of its own reports it at once.
   */
  still(frame: NumberedFrame, reason: string, code: StillCode, shownAt?: number): void;
  /** Reports what is still unreported. Call it before the broker session is closed, when nothing is sent any more. */
  close(): Promise<void>;
}

/** How long that record may wait for its confirm, milliseconds. */
const REPORT_TIMEOUT_MS = 2_000;

/**
 * @param source one that nobody else takes numbers from.
 * @param reportAfterMs how long numbers may stay unreported before a record of their own reports them, milliseconds.
 */
export function createFramePublisher(options: {
  broker: Broker;
  log: Log;
  topic?: string;
  source?: Source;
  reportAfterMs?: number;
}): FramePublisher {
  const { broker, log, topic = DEFAULT_TOPIC, source = createSource(), reportAfterMs = 1_000 } = options;
  /** The newest frame of each kind. */
  const newest: { shed?: Unsent; still?: Unsent } = {};
  /** A still frame that viewers were shown, until it is reported. */
  let shown: Unsent | undefined;
  let timer: NodeJS.Timeout | undefined;
  const inTurn = createTurns();

  /** Reports numbers with a record of their own, unless a frame does it first. */
  function reportLater(): void {
    timer ??= setTimeout(reportNow, reportAfterMs);
  }

  function reportNow(): void {
    clearTimeout(timer);
    timer = undefined;
    background(inTurn(report), log, 'reporting frames that were not sent');
  }

  function addUnsent(
    kind: 'shed' | 'still',
    { frame: { jpeg: _, ...frame }, ...why }: Unsent & { frame: NumberedFrame },
  ) {
    source[kind](frame.seq);
    if (frame.seq > (newest[kind]?.frame.seq ?? 0)) newest[kind] = { frame, ...why };
  }

  async function report(): Promise<void> {
    const unreported = source.take();
    const record = unsentRecord(unreported, { ...newest, shown }, topic);
    shown = undefined;
    if (!record) return source.giveBack(unreported);
    try {
      await broker.publish({
        exchange: EXCHANGE.results,
        key: record.camera_id,
        content: new TextEncoder().encode(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.result, contentType: 'application/json', messageId: record.frame_id },
        timeoutMs: REPORT_TIMEOUT_MS,
      });
    } catch (error) {
      log.debug({ err: error, unreported }, 'frames that were not sent could not be reported yet');
      if ((error as PublishError).kind !== 'invalid') source.giveBack(unreported);
      else log.error({ err: error, unreported }, 'frames that were not sent can never be reported');
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
      const unreported = source.take();
      const { content, ...properties } = encodeFrame({ ...frame, ...unreported });
      try {
        await broker.publish({
          exchange: EXCHANGE.frames,
          key: frameKey(frame.camera_id, topic),
          content,
          properties,
          timeoutMs,
        });
      } catch (error) {
        source.giveBack(unreported);
        if (source.unreported) reportLater();
        throw error;
      }
    },
    shed(frame, reason, code = 'shed_source') {
      addUnsent('shed', { frame, reason, code });
      reportLater();
    },
    still(frame, reason, code, shownAt) {
      addUnsent('still', { frame, reason, code, shownAt });
      if (shownAt === undefined) reportLater();
      else {
        shown = { frame, reason, code, shownAt };
        reportNow();
      }
    },
    async close() {
      await inTurn(report);
      clearTimeout(timer);
    },
  };
}
