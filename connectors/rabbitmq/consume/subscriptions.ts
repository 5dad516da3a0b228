import type { ConnectorRecord } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { type Assignment, assignQueues, type QueueFunction } from '../invoke/functions.ts';
import { describeCause, type Gateway } from '../invoke/openfaas.ts';
import type { HeldFrame } from './heartbeat.ts';
import { createSubscription, type Subscription, type SubscriptionDeps } from './subscription.ts';

/** Consumes the queues that the gateway's functions ask for, and follows functions and replicas as they come and go. */
export interface Subscriptions {
  list(): Subscription[];
  /** The functions that have a queue now, for the heartbeat. */
  functions(): NonNullable<ConnectorRecord['functions']>;
  /** Frames that are here, of all queues. */
  held(): Iterable<HeldFrame>;
  /** Why none can do its work. */
  problem(): string | undefined;
  close(): Promise<void>;
}

/** Functions that one heartbeat names at most. */
const MAX_NAMED = 100;

export function createSubscriptions(
  options: Omit<SubscriptionDeps, 'isThere'> & { gateway: Gateway; refreshMs: number; log: Log },
): Subscriptions {
  const { gateway, refreshMs, log } = options;
  const ending = new AbortController();
  const current = new Map<string, Subscription>();
  const closing = new Set<Promise<void>>();
  let functions: QueueFunction[] = [];
  let listed = false;
  let trouble: { since: string; reason: string } | undefined;
  let refreshing: Promise<void> | undefined;

  /** One at a time: a second caller gets the result of the refresh under way. */
  function refresh(): Promise<void> {
    refreshing ??= listOnce().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function listOnce(): Promise<void> {
    try {
      functions = await gateway.listFunctions();
      if (trouble) log.info({ ...trouble }, 'the gateway lists its functions again');
      trouble = undefined;
      listed = true;
    } catch (error) {
      // keep the last list: the functions may still be there
      const reason = describeCause(error);
      if (!trouble) log.warn({ reason }, 'the gateway does not list its functions');
      trouble = { since: trouble?.since ?? new Date().toISOString(), reason };
      return;
    }
    if (!ending.signal.aborted) follow(assignQueues(functions));
  }

  function follow(assignments: Assignment[]): void {
    const wanted = new Set(assignments.map(({ queue }) => queue));
    for (const [queue, subscription] of current) if (!wanted.has(queue)) end(subscription);
    for (const assignment of assignments) {
      const { queue, fn, passedOver } = assignment;
      const before = current.get(queue);
      if (before?.assignment.fn.name !== fn.name)
        log.info({ queue, function: fn.name }, 'the queue goes to this function');
      if (passedOver.join() !== (before?.assignment.passedOver ?? []).join())
        log.warn(
          { queue, function: fn.name, passed_over: passedOver },
          'several functions ask for the queue: the first by name has it',
        );
      if (before) before.assign(assignment);
      else current.set(queue, createSubscription(assignment, { ...options, isThere }));
    }
  }

  function end(subscription: Subscription): void {
    const { queue, assignment } = subscription;
    log.info({ queue, function: assignment.fn.name }, 'no function asks for the queue any more');
    current.delete(queue);
    const work = subscription.close().finally(() => {
      closing.delete(work);
      if (!current.has(queue)) options.metrics.forget(queue); // else the new subscription has them
    });
    closing.add(work);
  }

  async function isThere(name: string): Promise<boolean> {
    await refresh();
    return !trouble && functions.some((fn) => fn.name === name && fn.available > 0);
  }

  const loop = (async () => {
    while (!ending.signal.aborted) {
      await refresh();
      await sleep(refreshMs, ending.signal);
    }
  })();

  return {
    list: () => [...current.values()],
    functions: () =>
      [...current.values()]
        .slice(0, MAX_NAMED)
        .map(({ queue, assignment, topics }) => ({ name: assignment.fn.name, queue, topics: [...topics] })),
    *held() {
      for (const subscription of current.values()) yield* subscription.held();
    },
    problem() {
      if (trouble) return `the gateway has not listed its functions since ${trouble.since}: ${trouble.reason}`;
      if (!listed) return 'the gateway was not asked yet';
      if (current.size === 0) return 'no function asks for a queue: none has the annotation "topic"';
      return undefined;
    },
    async close() {
      ending.abort();
      await loop;
      await Promise.all([...closing, ...[...current.values()].map((subscription) => subscription.close())]);
    },
  };
}
