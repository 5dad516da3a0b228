import { setMaxListeners } from 'node:events';
import { countShed } from '@framewire/contract';
import type { Broker, ConsumeMessage, Settlement } from '@framewire/runtime/amqp';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createBackpressureNotices } from '../admission/backpressure-notices.ts';
import { createQueueDelayEstimator } from '../admission/queue-delay.ts';
import { createAdmissionControl } from '../admission/stale-frames.ts';
import type { Assignment } from '../invoke/functions.ts';
import { createInvoker } from '../invoke/invoker.ts';
import type { Gateway } from '../invoke/openfaas.ts';
import type { ConnectorMetrics } from '../metrics.ts';
import type { Moments, Outcome } from '../settle/outcome.ts';
import type { Settler } from '../settle/settler.ts';
import type { Traces, Try } from '../traces.ts';
import type { FrameTap } from '../watched-frames/frame-tap.ts';
import { type Arrival, type ArrivedFrame, deliveryCount, readDelivery, readKey } from './delivery.ts';
import type { HeldFrame } from './heartbeat.ts';
import { createSourceClocks } from './source-clocks.ts';

/** A queue consumed for a function. */
export interface Subscription {
  readonly queue: string;
  readonly assignment: Assignment;
  /** Frames that may be in flight at once. */
  readonly concurrency: number;
  readonly busy: number;
  /** Those of the frames that came. */
  readonly topics: ReadonlySet<string>;
  /** Frames that are here: waiting for the function, or with it. */
  held(): Iterable<HeldFrame>;
  problem(): string | undefined;
  /** Another function has the queue now, or its replicas changed. */
  assign(assignment: Assignment): void;
  /** Takes no more frames. What was sent to the function finishes, what only waits is given back. */
  close(): Promise<void>;
}

export interface SubscriptionDeps {
  broker: Broker;
  gateway: Gateway;
  settler: Settler;
  tap: FrameTap;
  metrics: ConnectorMetrics;
  traces?: Traces;
  log: Log;
  maxConcurrency: number;
  timeoutMs: number;
  /** Asks the gateway again, and resolves to whether this function is listed with replicas. */
  isThere(name: string): Promise<boolean>;
}

/** Topics that are remembered: as many as a heartbeat may name. */
const MAX_TOPICS = 100;

/** How it was when a frame was delivered, milliseconds. */
interface Spare {
  /** For how long there was nothing in flight. */
  idle: number;
  /** For how long one more frame could have been delivered. */
  room: number;
}

export function createSubscription(assigned: Assignment, deps: SubscriptionDeps): Subscription {
  const { broker, metrics, settler, tap, log } = deps;
  const { queue } = assigned;
  const ending = new AbortController();
  setMaxListeners(0, ending.signal); // each frame may wait for it
  const admission = createAdmissionControl();
  const delays = createQueueDelayEstimator();
  const clocks = createSourceClocks();
  const topics = new Set<string>();
  /** Of the channel that delivered last: what another one delivers may have waited for it. */
  let lastChannel: AbortSignal | undefined;
  /** Deliveries in flight whose channel is open. The broker gives those of a closed channel to somebody again. */
  const held = new Map<ConsumeMessage, HeldFrame & { closed: AbortSignal }>();
  /** When the last of them was settled. */
  let freeSince = Date.now();
  /** Since when one more could have come. */
  let roomSince = Date.now();
  let assignment = assigned;
  let concurrency = limitOf(assignment);
  const invoke = createInvoker({
    ...deps,
    queue,
    fn: () => assignment.fn,
    isThere: () => deps.isThere(assignment.fn.name),
    ending: ending.signal,
  });
  const notices = createBackpressureNotices({
    broker,
    state: () => ({ overloaded: admission.overloaded, busy: held.size >= concurrency }),
    onShare: (share) => metrics.shedRatio(queue, share),
    log,
  });
  const consumer = broker.consume({ queue, prefetch: concurrency, onDelivery });
  metrics.concurrency(queue, assignment.fn.name, concurrency);

  /** Without a replica one frame is still taken. It waits for the first replica, or starts it if the gateway scales from zero. */
  function limitOf({ fn }: Assignment): number {
    return Math.min(deps.maxConcurrency, Math.max(1, fn.available * fn.concurrency));
  }

  async function onDelivery(delivery: ConsumeMessage, closed: AbortSignal): Promise<Settlement> {
    const now = Date.now();
    const arrival = readDelivery(delivery, now);
    if (topics.size < MAX_TOPICS) topics.add(arrival.frame.topic);
    if (closed !== lastChannel) follow(closed, now);
    const spare = { idle: held.size === 0 ? now - freeSince : 0, room: now - roomSince };
    if (delivery.fields.redelivered) metrics.redelivered(queue);
    const { source, seq } = arrival.frame;
    held.set(delivery, { source, seq, received_at: now, closed });
    metrics.inFlight(queue, held.size);
    try {
      return await handle(delivery, arrival, { received_at: now }, spare, closed);
    } finally {
      leave(delivery);
    }
  }

  /** One listener for all that a channel delivers. */
  function follow(channel: AbortSignal, now: number): void {
    roomSince = now;
    lastChannel = channel;
    const leaveAll = () => {
      for (const [delivery, { closed }] of held) if (closed === channel) leave(delivery);
    };
    channel.addEventListener('abort', leaveAll, { once: true });
  }

  function leave(delivery: ConsumeMessage): void {
    if (!held.delete(delivery)) return;
    metrics.inFlight(queue, held.size);
    freeSince = Date.now();
    if (held.size === concurrency - 1) roomSince = freeSince;
  }

  async function handle(
    delivery: ConsumeMessage,
    arrival: Arrival,
    moments: Moments & { received_at: number },
    { idle, room }: Spare,
    closed: AbortSignal,
  ): Promise<Settlement> {
    const { redelivered, routingKey } = delivery.fields;
    const { received_at } = moments;
    const end = (frame: Arrival['frame'], outcome: Outcome) => settler.settle(frame, outcome, moments, closed);
    if (arrival.kind === 'unreadable')
      return end(arrival.frame, { kind: 'rejected', reason: arrival.reason, reason_code: 'bad_message' });

    const clock = clockOf(arrival.frame, redelivered ? 0 : room, received_at);
    const frame = clock.state === 'off' ? correctClock(arrival.frame, clock.behindMs) : arrival.frame;
    if (clock.state === 'off') moments.clock_offset = -clock.behindMs;
    // the first delivery of a frame has forwarded its picture
    if (!redelivered) tap.forward(frame);
    const { deadline_ms = Number.POSITIVE_INFINITY, published_at = frame.captured_at } = frame;
    if (clock.state === 'suspected' && received_at >= deadline_ms)
      return end(frame, { kind: 'expired', reason: clockReason(frame, received_at), reason_code: 'clock_skew' });

    const claimed = received_at - published_at;
    if (clock.state !== 'suspected') metrics.stage('queue', claimed);
    const waited = delays.estimate(frame.source ?? frame.camera_id, claimed, room);
    const life = deadline_ms - published_at;
    if (Number.isFinite(life)) notices.observe(readKey(delivery)?.topic, waited, life);
    if (notices.share > 0) metrics.overload(queue, countShed(frame.shed));
    if (!admission.admits(waited, life, idle)) {
      metrics.overload(queue, 1);
      return end(frame, { kind: 'expired', reason: staleReason(waited), reason_code: 'stale' });
    }
    const tries: Try[] = [];
    const outcome = await invoke({ frame, routingKey, deliveries: deliveryCount(delivery), closed, moments, tries });
    return settler.settle(frame, outcome, moments, closed, tries);
  }

  const clockOf = ({ source, camera_id, published_at, captured_at }: ArrivedFrame, room: number, now: number) =>
    clocks.observe(source ?? camera_id, now - (published_at ?? captured_at), room, now);

  const clockReason = ({ camera_id, deadline_ms }: ArrivedFrame, now: number) =>
    `its deadline passed ${Math.round((now - deadline_ms!) / 1_000)} s ago by the clock of camera ${camera_id}, though nothing made it wait in ${queue}: that clock is behind, or the frame was held back before it was sent`;

  const staleReason = (waited: number) =>
    `it waited ${Math.round(waited)} ms in ${queue} while fresher frames arrived: more frames arrive than can be detected`;

  return {
    queue,
    topics,
    get assignment() {
      return assignment;
    },
    get concurrency() {
      return concurrency;
    },
    get busy() {
      return consumer.busy;
    },
    held: () => held.values(),
    problem: () => consumer.problem(),
    assign(next) {
      assignment = next;
      const limit = limitOf(next);
      metrics.concurrency(queue, next.fn.name, limit);
      if (limit === concurrency) return;
      concurrency = limit;
      background(consumer.setPrefetch(limit), log, 'changing the prefetch');
    },
    async close() {
      ending.abort();
      await consumer.stop();
      await notices.close();
    },
  };
}

/** The frame with its moments by our clock. */
function correctClock(frame: ArrivedFrame, behindMs: number): ArrivedFrame {
  const { captured_at, published_at, deadline_ms } = frame;
  return {
    ...frame,
    captured_at: captured_at + behindMs,
    ...(published_at !== undefined && { published_at: published_at + behindMs }),
    ...(deadline_ms !== undefined && { deadline_ms: deadline_ms + behindMs }),
  };
}
