import { notFound, onError, opsRoutes, wantKey } from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { Hono } from 'hono';
import { answerFramePicture } from './http/pictures.ts';
import { takes } from './http/query.ts';
import { createSightingsApi } from './http/sightings-api.ts';
import type { PictureStore } from './pictures/picture-store.ts';
import type { Database } from './store/database.ts';

export interface HandlerDeps {
  database: Database;
  store: PictureStore;
  /** The key that callers must send. */
  key?: string;
  /** Rules and deliveries, below `/api`. */
  notifications: Hono;
  /** What keeps sightings from being written. */
  problem(): string | undefined;
  registry: Registry;
  log: Log;
}

export function createApp({ database, store, key, notifications, problem, registry, log }: HandlerDeps): Hono {
  const app = new Hono();
  app.onError(onError(log));
  app.notFound(notFound);
  app.route('/', opsRoutes({ registry, notReady: problem }));
  app.use('/api/*', wantKey(key));
  app.get('/api/frames/:id/picture', takes(), (c) => answerFramePicture(c, { database, store }));
  app.route('/api/sightings', createSightingsApi({ database, store }));
  app.route('/api', notifications);
  return app;
}
