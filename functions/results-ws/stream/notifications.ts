import { type CloudEvent, cloudEvent, EXCHANGE } from '@framewire/contract';
import { type Broker, listenForNotices } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';

/** They are sent as they come; more than a moment's worth is of no use to a page. */
const MAX_WAITING = 200;

/** Hears the notifications for pages that are open. Each replica of results-ws hears all. */
export const listenForNotifications = (options: {
  broker: Broker;
  onNotification(event: CloudEvent): void;
  log: Log;
}) =>
  listenForNotices({
    broker: options.broker,
    exchange: EXCHANGE.notifications,
    maxLength: MAX_WAITING,
    parse: (json) => cloudEvent.parse(json),
    onNotice: options.onNotification,
    log: options.log,
  });
