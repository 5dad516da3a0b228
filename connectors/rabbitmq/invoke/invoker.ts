import { INVOCATION_HEADER } from '@framewire/contract';
import { backoff, sleep } from '@framewire/runtime/process';
import type { ArrivedFrame } from '../consume/delivery.ts';
import type { ConnectorMetrics } from '../metrics.ts';
import { type Moments, type Outcome, type Why, whyOf } from '../settle/outcome.ts';
import type { Traces, Try } from '../traces.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { QueueFunction } from './functions.ts';
import type { Gateway, InvocationHeaders } from './openfaas.ts';
import { classifyReply, type InvocationResult } from './reply.ts';

/**
 * How long a frame without a deadline is held while its function is busy, milliseconds. Then another connector may have it. Each time
 * that it comes back it is held longer, up to ten times as long: an outage of hours must not use up its tries.
 */
const HOLD_MS = 60_000;
/** A longer Retry-After counts as this, milliseconds. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * How often a function that is listed with replicas must answer 404 until the frame is rejected. A gateway that has just started, or a
 * function that was just deployed, answers 404 for a moment.
 */
const MAX_ABSENCES = 5;

export interface InvokerOptions {
  queue: string;
  /** The function that has the queue now. */
  fn(): QueueFunction;
  /** Asks the gateway again. Resolves to whether the function is listed with replicas. */
  isThere(): Promise<boolean>;
  gateway: Gateway;
  timeoutMs: number;
  metrics: ConnectorMetrics;
  traces?: Traces;
  /** Aborts when the subscription ends: frames that only wait are given back. */
  ending: AbortSignal;
}

/** One frame for the function. */
export interface InvocationRequest {
  frame: ArrivedFrame;
  routingKey: string;
  /** Deliveries before this one. */
  deliveries: number;
  /** Aborts when the channel that delivered has closed. */
  closed: AbortSignal;
  /** Both are filled in while the frame is invoked. */
  moments: Moments;
  tries: Try[];
}

/**
 * Invokes the function for one frame until there is an outcome. A function that is busy or away costs the frame none of its tries: the
 * frame is held here, since RabbitMQ before 4.3 counts every requeue towards the delivery limit.
 */
export function createInvoker(options: InvokerOptions): (request: InvocationRequest) => Promise<Outcome> {
  const { queue, gateway, timeoutMs, metrics, traces, ending } = options;
  const breaker = createCircuitBreaker(ending);

  return async function invoke(request) {
    const { frame, closed } = request;
    const deadline = frame.deadline_ms ?? Number.POSITIVE_INFINITY;
    const giveUp = Math.min(deadline, Date.now() + HOLD_MS * Math.min(request.deliveries + 1, 10));
    let why: Why | undefined;
    let absences = 0;
    for (let attempt = 0; ; attempt++) {
      const permit = await breaker.acquire(giveUp, closed);
      const late = Date.now() >= deadline;
      if (permit && (late || closed.aborted)) breaker.release(permit);
      if (late) return expired(deadline, why ?? { reason: `it waited in ${queue}`, reason_code: 'deadline_in_queue' });
      if (!permit || closed.aborted) return { kind: 'release', reason: why?.reason ?? 'the connector is ending' };

      let result = await ask(request, attempt, Math.min(timeoutMs, deadline - Date.now()));
      if (result.kind === 'absent') {
        const there = await options.isThere();
        if (there && ++absences >= MAX_ABSENCES) result = { ...result, kind: 'rejected', reason_code: 'refused' };
        else result = { ...result, kind: 'busy', everywhere: !there, retryAfterMs: undefined };
      }
      if (result.kind === 'busy' && result.everywhere)
        breaker.onFailure(permit, atMost(result.retryAfterMs, MAX_RETRY_AFTER_MS));
      else breaker.onSuccess();

      switch (result.kind) {
        case 'busy': {
          why = whyOf(result);
          metrics.busy(queue);
          // A Retry-After counts in seconds: it must not use up the two seconds of a live frame. It speaks for one replica. OpenFaaS
          // picks one at random, so the next try may reach another that is free.
          const most = options.fn().available > 1 ? 0 : Math.min(MAX_RETRY_AFTER_MS, (giveUp - Date.now()) / 2);
          const asked = atMost(result.retryAfterMs, most) ?? 0;
          if (!result.everywhere) await sleep(Math.max(asked, backoff(attempt, 25, 2_000)), ending, closed);
          break;
        }
        case 'retry': {
          // twenty tries must outlast a replica that is being replaced
          await sleep(Math.min(backoff(request.deliveries, 50, 2_000), deadline - Date.now()), ending, closed);
          if (Date.now() >= deadline) return expired(deadline, whyOf(result));
          metrics.retry(queue);
          return result;
        }
        default:
          return result;
      }
    }
  };

  async function ask(
    { frame, routingKey, deliveries, moments, tries }: InvocationRequest,
    attempt: number,
    ms: number,
  ): Promise<InvocationResult> {
    const { name } = options.fn();
    const span = `invoke.${deliveries}.${attempt}` as const;
    const headers = invocationHeaders(frame, queue, routingKey, traces?.traceparent(frame, span) ?? frame.traceparent);
    const began = Date.now();
    moments.invoked_at = began;
    const reply = await gateway.invoke(name, frame.jpeg, headers, ms);
    const ended = Date.now();
    moments.answered_at = ended;
    const code = reply.kind === 'answer' ? `${reply.status}` : reply.kind;
    metrics.invocation(name, code);
    metrics.stage('invoke', ended - began);
    const result = classifyReply(reply, ms < timeoutMs);
    const reason = 'reason' in result ? result.reason : undefined;
    traces?.tried(tries, { span, fn: name, began, ended, code, reason });
    return result;
  }
}

function invocationHeaders(
  frame: ArrivedFrame,
  queue: string,
  routingKey: string,
  traceparent: string | undefined,
): InvocationHeaders {
  const headers: InvocationHeaders = {
    [INVOCATION_HEADER.connector]: 'framewire-rabbitmq',
    [INVOCATION_HEADER.topic]: queue,
    [INVOCATION_HEADER.messageId]: frame.frame_id,
    [INVOCATION_HEADER.routingKey]: routingKey,
    [INVOCATION_HEADER.frameId]: frame.frame_id,
    [INVOCATION_HEADER.cameraId]: frame.camera_id,
  };
  if (traceparent) headers[INVOCATION_HEADER.traceparent] = traceparent;
  if (frame.deadline_ms) headers[INVOCATION_HEADER.deadline] = `${frame.deadline_ms}`;
  // a routing key may hold what no header can: it is left out
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => HEADER_VALUE.test(value)));
}

/** RFC 9110, section 5.5. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const expired = (deadline: number, why: Why): Outcome => ({
  kind: 'expired',
  ...why,
  reason: `its deadline passed ${Math.max(0, Math.round(Date.now() - deadline))} ms ago: ${why.reason}`,
});

const atMost = (value: number | undefined, max: number) => (value === undefined ? undefined : Math.min(value, max));
