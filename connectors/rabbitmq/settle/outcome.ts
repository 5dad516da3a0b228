import type { DetectAnswer, Failure, ResultRecord, Stages } from '@framewire/contract';
import type { FrameFacts } from '../consume/delivery.ts';

/**
 * What became of one delivery. The first group ends the frame: the outcome is published to `results` before the ack.
 * The second group gives the frame back to the broker:
 * - `detected`: a detector answered;
 * - `expired`, `rejected`, `failed`: as in the contract;
 * - `passed`: another function's answer, published as it is;
 * - `dropped`: another function's answer, empty;
 * - `retry`: this try failed; it counts towards the delivery limit;
 * - `release`: we could not take the frame.
 */
export type Outcome =
  | { kind: 'detected'; answer: DetectAnswer }
  | WithReason<'expired' | 'rejected' | 'failed'>
  | { kind: 'passed'; content: Uint8Array; contentType: string }
  | { kind: 'dropped' }
  | WithReason<'retry'>
  | { kind: 'release'; reason: string };

/** Why a frame was not detected, or a try of it failed: in a sentence and as a code. */
export type Why = Failure & Required<Pick<Failure, 'reason' | 'reason_code'>>;

/** A union with one type for each kind, so that a check of `kind` narrows it. */
export type WithReason<K extends string> = K extends string ? { kind: K } & Why : never;

/** The reason alone, of an outcome or an invocation result. */
export const whyOf = ({ reason, reason_code, http_status, function_code }: Why): Why => ({
  reason,
  reason_code,
  ...(http_status !== undefined && { http_status }),
  ...(function_code !== undefined && { function_code }),
});

/** The outcomes that have a record of ours. */
export type RecordedOutcome = Exclude<Outcome, { kind: 'passed' | 'dropped' | 'retry' | 'release' }>;

/** By the connector's clock, milliseconds since the epoch. */
export type Moments = Pick<Stages, 'received_at' | 'invoked_at' | 'answered_at' | 'clock_offset'>;

export function toRecord(
  frame: FrameFacts,
  outcome: RecordedOutcome,
  moments: Moments,
  now: number = Date.now(),
): ResultRecord {
  const { frame_id, camera_id, topic, source, seq, shed, still, captured_at, published_at, traceparent } = frame;
  const stages: Stages = { captured_at, published_at, ...moments };
  const common = {
    frame_id,
    camera_id,
    topic,
    source,
    seq,
    shed,
    still,
    outcome: outcome.kind,
    traceparent,
    timestamp: now / 1000,
    original_timestamp: captured_at / 1000,
  };
  if (outcome.kind !== 'detected') return { ...common, ...whyOf(outcome), detections: [], stages };
  return { ...common, ...outcome.answer, stages: { ...outcome.answer.stages, ...stages } };
}
