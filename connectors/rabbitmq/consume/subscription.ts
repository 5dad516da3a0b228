import { countShed, type Frame } from '@framewire/contract';
import type { Broker, ConsumeMessage, Settlement } from '@framewire/runtime/amqp';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createFreshness } from '../admission/codel.ts';
import { createWaits } from '../admission/queue-delay.ts';
import { createAnnouncer } from '../admission/shedding-notices.ts';
import type { Assignment } from '../invoke/functions.ts';
import { createInvoker } from '../invoke/invoker.ts';
import type { Gateway } from '../invoke/openfaas.ts';
import type { ConnectorMetrics } from '../metrics.ts';
import type { Moments } from '../settle/outcome.ts';
import type { Settler } from '../settle/settler.ts';
import type { Traces, Try } from '../traces.ts';
import type { PictureTap } from '../viewers/picture-tap.ts';
import { deliveryCount, readDelivery, readKey } from './delivery.ts';
import type { HeldFrame } from './heartbeat.ts';
import { createClocks } from './source-clocks.ts';

/** A queue consumed for a function. */
export interface Subscription {
  readonly queue: string;
  readonly assignment: Assignment;
  /** Frames that may be under way at once. */
  readonly concurrency: number;
  readonly busy: number;
  /** Frames that are here: waiting for the function, or with it. */
  held(): Iterable<HeldFrame>;
  problem(): string | undefined;
  /** Another function has the queue now, or its replicas changed. */
  assign(assignment: Assignment): void;
  /** Takes no more; what was sent to the function finishes, what only waits is given back. */
  close(): Promise<void>;
}

export interface SubscriptionDeps {
  broker: Broker;
  gateway: Gateway;
  settler: Settler;
  tap: PictureTap;
  metrics: ConnectorMetrics;
  traces?: Traces;
  log: Log;
  maxConcurrency: number;
  timeoutMs: number;
  /** Asks the gateway again, and resolves to whether this function is listed with replicas. */
  isThere(name: string): Promise<boolean>;
}

export function createSubscription(assigned: Assignment, deps: SubscriptionDeps): Subscription {
  const { broker, metrics, settler, tap, log } = deps;
  const { queue } = assigned;
  const ending = new AbortController();
  const freshness = createFreshness();
  const waits = createWaits();
  const clocks = createClocks();
  /** Of the channel that delivered last: what another brings may have waited for it. */
  let lastChannel: AbortSignal | undefined;
  const held = new Map<ConsumeMessage, HeldFrame>();
  let deliveriesHere = 0;
  /** When the last of them left. */
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
  const announcer = createAnnouncer({
    broker,
    state: () => ({ overloaded: freshness.overloaded, busy: deliveriesHere >= concurrency }),
    onShare: (share) => metrics.pressure(queue, share),
    log,
  });
  const consumer = broker.consume({ queue, prefetch: concurrency, onDelivery });
  metrics.concurrency(queue, concurrency);

  /** With no replica one frame goes all the same: it waits for the first, or wakes it where the gateway scales from zero. */
  function limitOf({ fn }: Assignment): number {
    return Math.min(deps.maxConcurrency, Math.max(1, fn.available * fn.concurrency));
  }

  async function onDelivery(delivery: ConsumeMessage, gone: AbortSignal): Promise<Settlement> {
    const moments: Moments = { received_at: Date.now() };
    const tries: Try[] = [];
    const idle = deliveriesHere === 0 ? moments.received_at! - freeSince : 0;
    if (gone !== lastChannel) roomSince = moments.received_at!;
    lastChannel = gone;
    const room = moments.received_at! - roomSince;
    const deliveries = deliveryCount(delivery);
    if (delivery.fields.redelivered) metrics.redelivered(queue);
    metrics.inFlight(queue, ++deliveriesHere);
    const leave = () => {
      gone.removeEventListener('abort', leave);
      if (!isHere) return;
      isHere = false;
      metrics.inFlight(queue, --deliveriesHere);
      freeSince = Date.now();
      if (deliveriesHere === concurrency - 1) roomSince = freeSince;
    };
    let isHere = true;
    // the broker gives it to somebody again, and another in its place to us
    gone.addEventListener('abort', leave, { once: true });
    try {
      const arrival = readDelivery(delivery);
      const { frame: said } = arrival;
      held.set(delivery, { source: said.source, seq: said.seq, received_at: moments.received_at! });
      if (arrival.kind === 'unreadable') {
        return await settler.settle(
          said,
          { kind: 'rejected', reason: arrival.reason, reason_code: 'bad_message' },
          moments,
          gone,
        );
      }
      const { redelivered } = delivery.fields;
      const clock = clockOf(arrival.frame, redelivered ? 0 : room, moments.received_at!);
      const frame = clock.state === 'off' ? putRight(arrival.frame, clock.behindMs) : arrival.frame;
      if (clock.state === 'off') moments.clock_offset = -clock.behindMs;
      // a try that was not the first had its picture forwarded by the first
      if (!redelivered) tap.forward(frame);
      if (clock.state === 'suspected' && moments.received_at! >= (frame.deadline_ms ?? Number.POSITIVE_INFINITY)) {
        const late = {
          kind: 'expired',
          reason: notOurs(frame, moments.received_at!),
          reason_code: 'clock_skew',
        } as const;
        return await settler.settle(frame, late, moments, gone);
      }
      const published = frame.published_at ?? frame.captured_at;
      const claimed = moments.received_at! - published;
      if (clock.state !== 'suspected') metrics.stage('queue', claimed);
      const waited = waits.of(frame.source ?? frame.camera_id, claimed, room);
      const life = (frame.deadline_ms ?? Number.POSITIVE_INFINITY) - published;
      const { routingKey } = delivery.fields;
      if (Number.isFinite(life)) announcer.came(readKey(delivery.fields)?.topic, waited, life);
      if (announcer.share > 0) metrics.letGo(queue, countShed(frame.shed));
      if (!freshness.admits(waited, life, idle)) {
        metrics.letGo(queue, 1);
        return await settler.settle(
          frame,
          { kind: 'expired', reason: notFresh(waited), reason_code: 'stale' },
          moments,
          gone,
        );
      }
      const outcome = await invoke({ frame, routingKey, deliveries, gone, moments, tries });
      return await settler.settle(frame, outcome, moments, gone, tries);
    } finally {
      held.delete(delivery);
      leave();
    }
  }

  const clockOf = ({ source, camera_id, published_at, captured_at }: Frame, room: number, now: number) =>
    clocks.see(source ?? camera_id, now - (published_at ?? captured_at), room, now);

  const notOurs = ({ camera_id, deadline_ms }: Frame, now: number) =>
    `its deadline passed ${Math.round((now - deadline_ms!) / 1_000)} s ago by the clock of camera ${camera_id}, though nothing made it wait in ${queue}: that clock is behind, or the frame was held back before it was sent`;

  const notFresh = (waited: number) =>
    `it waited ${Math.round(waited)} ms in ${queue}, and fresher frames wait behind it: more come than can be detected`;

  return {
    queue,
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
      if (limit === concurrency) return;
      concurrency = limit;
      metrics.concurrency(queue, limit);
      background(consumer.setPrefetch(limit), log, 'changing the prefetch');
    },
    async close() {
      ending.abort();
      await consumer.stop();
      await announcer.close();
    },
  };
}

/** The frame with its moments by our clock. */
function putRight(frame: Frame, behindMs: number): Frame {
  const { captured_at, published_at, deadline_ms } = frame;
  return {
    ...frame,
    captured_at: captured_at + behindMs,
    ...(published_at !== undefined && { published_at: published_at + behindMs }),
    ...(deadline_ms !== undefined && { deadline_ms: deadline_ms + behindMs }),
  };
}
