import { notFound, onError, opsRoutes } from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { Hono } from 'hono';
import type { Subscriptions } from './consume/subscriptions.ts';

export interface HandlerDeps {
  subscriptions: Subscriptions;
  /** What keeps frames from getting through. */
  problem(): string | undefined;
  registry: Registry;
  log: Log;
}

/** `GET /subscriptions`: which function has which queue, and how busy it is. */
export function createApp({ subscriptions, problem, registry, log }: HandlerDeps): Hono {
  const app = new Hono();
  app.onError(onError(log));
  app.notFound(notFound);
  const remarks = () =>
    subscriptions
      .list()
      .filter(({ assignment }) => assignment.passedOver.length > 0)
      .map(
        ({ queue, assignment: { fn, passedOver } }) => `${queue} goes to ${fn.name}, not to ${passedOver.join(', ')}`,
      );
  app.route('/', opsRoutes({ registry, notReady: problem, remarks }));

  app.get('/subscriptions', (c) =>
    c.json({
      subscriptions: subscriptions.list().map(({ queue, assignment, concurrency, busy, ...subscription }) => ({
        queue,
        function: assignment.fn.name,
        passed_over: assignment.passedOver,
        replicas: assignment.fn.available,
        concurrency,
        busy,
        problem: subscription.problem(),
      })),
    }),
  );
  return app;
}
