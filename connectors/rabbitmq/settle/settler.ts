import { EXCHANGE, MAX_RECORD_BYTES, RECORD_TYPE } from '@framewire/contract';
import { type Broker, type Publication, PublishError, type Settlement } from '@framewire/runtime/amqp';
import { backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { FrameFacts } from '../consume/delivery.ts';
import type { ConnectorMetrics } from '../metrics.ts';
import type { Traces, Try } from '../traces.ts';
import type { LastReasons } from './failure-reasons.ts';
import { type Moments, type Outcome, toRecord, whyOf } from './outcome.ts';

/** As long as one publish may wait for its confirm, milliseconds; it is then tried again. */
const CONFIRM_MS = 5_000;

export interface Settler {
  /**
   * Ends a delivery: tells its outcome, and resolves to the answer that the broker gets.
   * @param gone aborts when the channel that delivered has ended; what is not told by then is delivered again. It is tried to tell once
   *   all the same: a viewer may have it before the frame comes again.
   */
  settle(
    frame: FrameFacts,
    outcome: Outcome,
    moments: Moments,
    gone: AbortSignal,
    tries?: readonly Try[],
  ): Promise<Settlement>;
  /** Why outcomes cannot be told at present, in words. */
  problem(): string | undefined;
}

/** The one place where outcomes are told. Nothing is acked before its outcome is confirmed. */
export function createSettler(deps: {
  broker: Broker;
  metrics: ConnectorMetrics;
  lastReasons: LastReasons;
  traces?: Traces;
  log: Log;
}): Settler {
  const { broker, metrics, lastReasons, traces, log } = deps;
  let problem: string | undefined;

  /** False when the channel of the delivery ended first. @throws PublishError where it can never be told. */
  async function publishUntilConfirmed(publication: Publication, gone: AbortSignal): Promise<boolean> {
    for (let attempt = 0; attempt === 0 || !gone.aborted; attempt++) {
      try {
        await broker.publish(publication);
        problem = undefined;
        return true;
      } catch (error) {
        if (!(error instanceof PublishError) || error.kind === 'invalid') throw error;
        // one that was just delivered a second time may meet its first self
        if (attempt > 0) problem = `outcomes are not confirmed: ${error.message}`;
        log.warn({ why: error.message, kind: error.kind, attempt }, 'an outcome is not confirmed yet');
        await sleep(backoff(attempt, 25, 2_000), gone);
      }
    }
    return false;
  }

  async function settle(
    frame: FrameFacts,
    outcome: Outcome,
    moments: Moments,
    gone: AbortSignal,
    tries: readonly Try[] = [],
  ): Promise<Settlement> {
    const known = Date.now();
    if (outcome.kind === 'retry' || outcome.kind === 'release') {
      if (outcome.kind === 'retry') lastReasons.remember(frame.frame_id, whyOf(outcome));
      log.debug({ frame_id: frame.frame_id, why: outcome.reason }, outcome.kind);
      traces?.tell({ frame, outcome, moments, tries, known, confirmed: known });
      return outcome.kind;
    }
    try {
      const told = await publishUntilConfirmed(toPublication(frame, outcome, moments), gone);
      if (!told) return 'release'; // to a channel that is gone: nobody gets it
    } catch (error) {
      if (outcome.kind === 'failed' || !(error instanceof PublishError)) throw error;
      return settle(frame, unpublishable(error), moments, gone, tries);
    }
    metrics.stage('result', Date.now() - known);
    metrics.frame(frame.camera_id, outcome.kind);
    traces?.tell({ frame, outcome, moments, tries, known, confirmed: Date.now() });
    return 'ack';
  }

  return { problem: () => problem, settle };
}

/** What the function answered is no message that a broker takes, however often it is sent. */
const unpublishable = ({ message, oversized }: PublishError): Outcome => ({
  kind: 'failed',
  reason: `its answer cannot be passed on: ${message}`,
  reason_code: oversized ? 'reply_too_large' : 'function_error',
});

/** What is told of a frame whose function had nothing to say: that it is done with. */
const EMPTY = new Uint8Array();

function toPublication(
  frame: FrameFacts,
  outcome: Exclude<Outcome, { kind: 'retry' | 'release' }>,
  moments: Moments,
): Publication {
  const to = { exchange: EXCHANGE.results, key: frame.camera_id, timeoutMs: CONFIRM_MS };
  const messageId = frame.frame_id;
  if (outcome.kind === 'passed' || outcome.kind === 'dropped') {
    const { content, contentType } = outcome.kind === 'passed' ? outcome : { content: EMPTY, contentType: '' };
    const { frame_id, camera_id, source, seq, captured_at } = frame;
    const shed = frame.shed?.length ? JSON.stringify(frame.shed) : undefined;
    const known = Object.entries({ frame_id, camera_id, source, seq, shed, captured_at, timestamp: Date.now() / 1000 });
    const headers = Object.fromEntries(known.filter(([, value]) => value !== undefined));
    return { ...to, content, properties: { messageId, contentType: contentType || undefined, headers } };
  }
  const content = Buffer.from(JSON.stringify(toRecord(frame, outcome, moments)));
  // no reader takes it: the frame would have no outcome
  if (content.length > MAX_RECORD_BYTES)
    throw new PublishError('invalid', `its record would be ${content.length} bytes, at most ${MAX_RECORD_BYTES}`, true);
  return {
    ...to,
    content,
    properties: { messageId, type: RECORD_TYPE.result, contentType: 'application/json' },
  };
}
