import type { Sighting } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { type Config, createLruMap, repeat } from '@framewire/runtime/process';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import type { Hono } from 'hono';
import { createAttempt, type Senders } from '../deliveries/attempt.ts';
import { createBrowserSender } from '../deliveries/browser.ts';
import { createDispatcher } from '../deliveries/dispatcher.ts';
import { createDeliveryList } from '../deliveries/list.ts';
import { createDeliveryMetrics } from '../deliveries/metrics.ts';
import { connectMqtt } from '../deliveries/mqtt/connection.ts';
import { createMirror } from '../deliveries/mqtt/mirror.ts';
import { type MirrorSighting, mirrorEvent } from '../deliveries/mqtt/mirror-event.ts';
import { createMqttSender } from '../deliveries/mqtt/sender.ts';
import { AVAILABLE_TOPIC, EVENTS_TOPIC } from '../deliveries/mqtt/topics.ts';
import { createOutbox } from '../deliveries/outbox.ts';
import { tidyDeliveries } from '../deliveries/retention.ts';
import type { notificationSettings } from '../deliveries/settings.ts';
import { migrateDeliveries } from '../deliveries/tables.ts';
import { createAddressGuard } from '../deliveries/webhook/address-guard.ts';
import { createWebhookSender } from '../deliveries/webhook/send.ts';
import type { Database, Sql } from '../store/database.ts';
import type { CameraRenames } from '../tracks/camera-renames.ts';
import { createNotificationsApi } from './api.ts';
import { createOfflineCameras } from './cameras-offline.ts';
import { eventId } from './events.ts';
import { createNotifier } from './notifier.ts';
import { readRecords } from './records.ts';
import { createRules } from './rules.ts';
import { noteSeen, readSeen } from './seen.ts';
import { migrateRules } from './tables.ts';

const TIDY_MS = 10_000;
/** A transaction with notifications is over after so long, mostly, milliseconds. */
const WAKE_MS = 100;

export interface Notifications {
  /** Work for the transaction of a sighting. */
  onSighting(tx: Sql, change: 'begin' | 'zone' | 'score' | 'end', sighting: Sighting): Promise<void>;
  /** Below `/api`. */
  api: Hono;
  problem(): string | undefined;
  close(): Promise<void>;
}

/** Everything about notifications: rules, what they wait for, and deliveries. */
export async function createNotifications(options: {
  database: Database;
  broker: Broker;
  config: Config<typeof notificationSettings>;
  node_id: string;
  /** Sightings follow a camera to another id, and so do rules. */
  renames: Pick<CameraRenames, 'note'>;
  picture(sightingId: string): Promise<Uint8Array | undefined>;
  registry: Registry;
  log: Log;
}): Promise<Notifications> {
  const { database, broker, config, node_id, renames, picture, registry, log } = options;
  await migrateDeliveries(database);
  await migrateRules(database);
  const publicUrl = config.PUBLIC_URL?.replace(/\/*$/, '/');
  const maxAgeMs = config.DELIVERY_MAX_AGE_HOURS * 3_600_000;

  const outbox = createOutbox({ database, node_id, maxAgeMs });
  // an SQLite database has one process: what an earlier one held is free
  if (database.kind === 'sqlite') await outbox.release();
  const rules = createRules({ database, log });
  const deliveries = createDeliveryList({ database, maxAgeMs });
  const cameras = createOfflineCameras();
  const notifier = createNotifier({ rules, outbox, publicUrl, nameOf: cameras.nameOf });
  const metrics = createDeliveryMetrics(registry);

  const mqtt = config.MQTT_URL
    ? connectMqtt({ url: config.MQTT_URL, clientId: `framewire-${node_id}`, available: AVAILABLE_TOPIC, log })
    : undefined;
  const senders: Senders = {
    webhook: createWebhookSender({ guard: createAddressGuard(config.WEBHOOK_ALLOW), picture }),
    mqtt: createMqttSender(mqtt),
    browser: createBrowserSender(broker),
  };
  const dispatcher = createDispatcher({
    outbox,
    attempt: createAttempt({ rules, senders, mqtt }),
    maxAttempts: config.DELIVERY_MAX_ATTEMPTS,
    metrics,
    log,
  });
  const mirror = mqtt
    ? createMirror({
        connection: mqtt,
        discovery: config.MQTT_DISCOVERY === 'off' ? undefined : config.MQTT_DISCOVERY,
        seen: () => readSeen(database),
        picture,
        log,
      })
    : undefined;
  /** As they were published last. */
  const mirrored = createLruMap<string, MirrorSighting>(2_000);

  const records = await readRecords({
    broker,
    database,
    notifier,
    cameras,
    onAdded: dispatcher.wake,
    onCamera: mirror?.camera,
    async onRename(tx, rename) {
      if (await renames.note(tx, rename)) await rules.renameCamera(tx, rename.camera_id, rename.renamed_to);
    },
    log,
  });

  async function tidy(): Promise<void> {
    const keepMs = config.DELIVERY_KEEP_DAYS * 86_400_000;
    const { givenUp } = await tidyDeliveries({ database, keepMs, now: Date.now() });
    if (givenUp > 0) log.warn({ deliveries: givenUp }, 'too many notifications waited: the oldest were given up');
    metrics.counts(await deliveries.counts());
  }
  const stopTidying = repeat(tidy, TIDY_MS, log, 'tidying deliveries');

  let waking: NodeJS.Timeout | undefined;
  function wake(): void {
    waking = undefined;
    dispatcher.wake();
  }

  async function addToMirror(tx: Sql, change: 'begin' | 'zone' | 'end', sighting: Sighting): Promise<void> {
    const event = mirrorEvent(change, sighting, mirrored.get(sighting.id));
    mirrored.set(sighting.id, event.after);
    if (change === 'begin') await noteSeen(tx, sighting);
    if (change !== 'zone') mirror?.sighting(sighting);
    await outbox.add(tx, {
      event_id: eventId('', `${change} ${sighting.id} ${sighting.zones.length}`),
      event,
      rule_id: '',
      target_id: 'events',
      kind: 'mqtt',
      receiver: EVENTS_TOPIC,
    });
  }

  return {
    async onSighting(tx, change, sighting) {
      if (mqtt && change !== 'score') await addToMirror(tx, change, sighting);
      await notifier.sighting(tx, sighting);
      waking ??= setTimeout(wake, WAKE_MS);
    },
    api: createNotificationsApi({
      database,
      rules,
      notifier,
      senders,
      deliveries,
      publicUrl,
      webhookAllow: config.WEBHOOK_ALLOW,
      mqtt,
      onAdded: dispatcher.wake,
    }),
    problem: records.problem,
    async close() {
      await records.close();
      stopTidying();
      clearTimeout(waking);
      mirror?.close();
      await dispatcher.close();
      await mqtt?.close();
    },
  };
}
