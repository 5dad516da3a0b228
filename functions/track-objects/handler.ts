import { notFound, onError, opsRoutes } from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { Hono } from 'hono';

export interface HandlerDeps {
  /** Why objects are not tracked. */
  problem(): string | undefined;
  /** What a person should know. */
  remarks(): string[];
  registry: Registry;
  log: Log;
}

/** It takes no requests: `/healthz`, `/readyz` and `/metrics`. */
export function createApp({ problem, remarks, registry, log }: HandlerDeps): Hono {
  const app = new Hono();
  app.onError(onError(log));
  app.notFound(notFound);
  app.route('/', opsRoutes({ registry, notReady: problem, remarks }));
  return app;
}
