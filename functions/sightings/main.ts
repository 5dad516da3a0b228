import { join } from 'node:path';
import { brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { subscribeToWatched } from '@framewire/runtime/frames';
import { listen, listenOptions } from '@framewire/runtime/http';
import { background, runProcess } from '@framewire/runtime/process';
import { createRegistry, nodeId } from '@framewire/runtime/telemetry';
import { createApp } from './handler.ts';
import { createMetrics } from './metrics.ts';
import { createFrameBuffer } from './pictures/frame-buffer.ts';
import { createFramePictures } from './pictures/frame-pictures.ts';
import { pictureFile } from './pictures/keys.ts';
import { openPictures } from './pictures/open-pictures.ts';
import { createSightingPictures } from './pictures/sighting-pictures.ts';
import { removeOrphans } from './retention/orphans.ts';
import { createRetention } from './retention/retention.ts';
import { createNotifications } from './rules/notifications.ts';
import { readSettings } from './settings.ts';
import { migrate } from './store/migrations.ts';
import { openDatabase } from './store/open-database.ts';
import { findSighting } from './store/search.ts';
import { TABLES } from './store/tables.ts';
import { createCameraRenames } from './tracks/camera-renames.ts';
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

  const store = openPictures(config);
  const retention = createRetention({
    database,
    store,
    days: config.RETENTION_DAYS,
    bytes: config.RETENTION_GB * 1e9,
    metrics,
    log,
  });
  onRelease('the retention', retention.close);
  background(removeOrphans(database, store, Date.now()), log, 'removing pictures without a sighting');
  const buffer = createFrameBuffer(config.PICTURE_BUFFER_MB * 1024 * 1024);
  const keeping = { database, store, buffer, onBytes: retention.added, metrics, log };
  const pictures = createSightingPictures(keeping);
  onRelease('the pictures', pictures.settled);
  const watched = subscribeToWatched({
    broker,
    node_id: nodeId(env),
    onFrame: ({ frame_id, jpeg }) => buffer.add(frame_id, jpeg),
    onMalformed: () => metrics.malformed.inc(),
    log,
  });
  watched.want('*');
  onRelease('the watched frames', watched.close);
  const frames = createFramePictures({ ...keeping, broker, target: config.SLO_TARGET_MS });
  onRelease('the pictures of frames', frames.close);

  const renames = createCameraRenames(database, log);
  onRelease('the renames of cameras', renames.close);

  /** What else happens in the transaction of a sighting. */
  const hooks: OnSighting[] = [];
  const notifications = await createNotifications({
    database,
    broker,
    config,
    node_id: nodeId(env),
    renames,
    picture: async (id) => {
      const key = (await findSighting(database, id))?.picture;
      return key ? store.get(pictureFile(key)) : undefined;
    },
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
    isHeld: buffer.has,
    onCandidates: pictures.offer,
    metrics,
    log,
  });
  onRelease('the reader of tracks', tracks.close);

  const app = createApp({
    database,
    store,
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
