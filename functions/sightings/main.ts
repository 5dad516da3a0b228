import { join } from 'node:path';
import { brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { listen, listenOptions } from '@framewire/runtime/http';
import { runProcess } from '@framewire/runtime/process';
import { createRegistry, nodeId } from '@framewire/runtime/telemetry';
import { createApp } from './handler.ts';
import { createMetrics } from './metrics.ts';
import { createNotifications } from './rules/notifications.ts';
import { readSettings } from './settings.ts';
import { migrate } from './store/migrations.ts';
import { openDatabase } from './store/open-database.ts';
import { TABLES } from './store/tables.ts';
import { createTrackReader, type TrackReader } from './tracks/track-reader.ts';
import type { OnSighting } from './tracks/write-batch.ts';

runProcess('sightings', async ({ env, log, onRelease }) => {
  const config = readSettings(env);
  const { DATABASE_URL, DATA } = config;
  const registry = createRegistry();
  const metrics = createMetrics(registry);
  const where = DATABASE_URL ? { url: DATABASE_URL } : { file: join(DATA, 'sightings.sqlite') };
  const database = openDatabase(where, log);
  onRelease('the database', () => database.close());
  await migrate(database, 'sightings', TABLES);
  const broker = createBroker({ ...brokerOptions(config), name: 'sightings', log });
  onRelease('the broker session', () => broker.close());

  /** What else happens in the transaction of a sighting. */
  const hooks: OnSighting[] = [];
  const notifications = await createNotifications({
    database,
    broker,
    config,
    node_id: nodeId(env),
    picture: async () => undefined,
    registry,
    log,
  });
  onRelease('the notifications', notifications.close);
  hooks.push(notifications.onSighting);

  const tracks: TrackReader = await createTrackReader({
    broker,
    database,
    async onSighting(tx, change, sighting) {
      for (const hook of hooks) await hook(tx, change, sighting);
    },
    isHeld: () => false,
    onCandidates() {},
    metrics,
    log,
  });
  onRelease('the reader of tracks', tracks.close);

  const app = createApp({
    database,
    key: config.SIGHTINGS_KEY,
    notifications: notifications.api,
    problem: () => tracks.problem() ?? database.problem() ?? notifications.problem(),
    registry,
    log,
  });
  const { port, close } = await listen(app, listenOptions(config));
  onRelease('the HTTP server', close);
  log.info({ port, database: database.kind }, 'keeping sightings');
});
