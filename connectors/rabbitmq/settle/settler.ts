import { EXCHANGE, MAX_RECORD_BYTES, RECORD_TYPE } from '@framewire/contract';
import { type Broker, type Publication, PublishError, type Settlement } from '@framewire/runtime/amqp';
import { backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { FrameFacts } from '../consume/delivery.ts';
import type { ConnectorMetrics } from '../metrics.ts';
import type { Traces, Try } from '../traces.ts';
import type { FailureReasons } from './failure-reasons.ts';
import { type Moments, type Outcome, toRecord, whyOf } from './outcome.ts';

/** How long a publish may wait for its confirm, milliseconds. Then it is tried again. */
const CONFIRM_MS = 5_000;

export interface Settler {
  /**
   * Ends a delivery: publishes its outcome, and resolves to the answer for the broker.
   * @param closed aborts when the channel that delivered has closed. A frame without an outcome by then is delivered again. One publish
   *   is tried all the same: a viewer may have the outcome before the frame comes again.
   */
  settle(
    frame: FrameFacts,
    outcome: Outcome,
    moments: Moments,
    closed: AbortSignal,
    tries?: readonly Try[],
  ): Promise<Settlement>;
  /** Why outcomes are not confirmed now. */
  problem(): string | undefined;
}

/** The one place where outcomes are published. Nothing is acked before its outcome is confirmed. */
export function createSettler(deps: {
  broker: Broker;
  metrics: ConnectorMetrics;
  failureReasons: FailureReasons;
  traces?: Traces;
  log: Log;
}): Settler {
  const { broker, metrics, failureReasons, traces, log } = deps;
  let problem: string | undefined;

  /** False when the channel of the delivery closed first. @throws PublishError where it can never be published. */
  async function publishUntilConfirmed(publication: Publication, closed: AbortSignal): Promise<boolean> {
    for (let attempt = 0; attempt === 0 || !closed.aborted; attempt++) {
      try {
        await broker.publish(publication);
        problem = undefined;
        return true;
      } catch (error) {
        if (!(error instanceof PublishError) || error.kind === 'invalid') throw error;
        // a frame that was just delivered again may meet its first publish
        if (attempt > 0) problem = `outcomes are not confirmed: ${error.message}`;
        log.warn({ why: error.message, kind: error.kind, attempt }, 'an outcome is not confirmed yet');
        await sleep(backoff(attempt, 25, 2_000), closed);
      }
    }
    return false;
  }

  async function settle(
    frame: FrameFacts,
    outcome: Outcome,
    moments: Moments,
    closed: AbortSignal,
    tries: readonly Try[] = [],
  ): Promise<Settlement> {
    const known = Date.now();
    if (outcome.kind === 'retry' || outcome.kind === 'release') {
      if (outcome.kind === 'retry') failureReasons.remember(frame.frame_id, whyOf(outcome));
      log.debug({ frame_id: frame.frame_id, why: outcome.reason }, outcome.kind);
      traces?.record({ frame, outcome, moments, tries, known, confirmed: known });
      return outcome.kind;
    }
    try {
      const confirmed = await publishUntilConfirmed(toPublication(frame, outcome, moments), closed);
      if (!confirmed) return 'release'; // on a closed channel: nobody gets it
    } catch (error) {
      if (outcome.kind === 'failed' || !(error instanceof PublishError)) throw error;
      return settle(frame, unpublishable(error), moments, closed, tries);
    }
    metrics.stage('result', Date.now() - known);
    metrics.frame(frame.camera_id, outcome.kind);
    traces?.record({ frame, outcome, moments, tries, known, confirmed: Date.now() });
    return 'ack';
  }

  return { problem: () => problem, settle };
}

/** The broker never takes the function's answer as a message. */
const unpublishable = ({ message, oversized }: PublishError): Outcome => ({
  kind: 'failed',
  reason: `its answer cannot be passed on: ${message}`,
  reason_code: oversized ? 'reply_too_large' : 'function_error',
});

/** Published for a frame whose function answered nothing: the frame is done with. */
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
    const { frame_id, camera_id, topic, source, seq, captured_at } = frame;
    const [shed, still] = [frame.shed, frame.still].map((ranges) =>
      ranges?.length ? JSON.stringify(ranges) : undefined,
    );
    const facts = { frame_id, camera_id, topic, source, seq, shed, still, captured_at, timestamp: Date.now() / 1000 };
    const headers = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    return { ...to, content, properties: { messageId, contentType: contentType || undefined, headers } };
  }
  const content = Buffer.from(JSON.stringify(toRecord(frame, outcome, moments)));
  // no reader would accept it, so the frame would have no outcome
  if (content.length > MAX_RECORD_BYTES)
    throw new PublishError('invalid', `its record would be ${content.length} bytes, at most ${MAX_RECORD_BYTES}`, true);
  return {
    ...to,
    content,
    properties: { messageId, type: RECORD_TYPE.result, contentType: 'application/json' },
  };
}
