import type { Log } from '../telemetry/log.ts';
import type { Consumer } from './consumer.ts';
import type { Broker } from './session.ts';

/** Notices handled at once. */
const PREFETCH = 10;

export interface NoticeOptions<T> {
  broker: Broker;
  exchange: string;
  /** Notices that may wait. One more drops the oldest, since only the newest counts. */
  maxLength: number;
  /** @throws if the message is no such notice; it is then logged and ignored. */
  parse(json: unknown): T;
  onNotice(notice: T, routingKey: string): void;
  log: Log;
}

/** Listens to an exchange of control messages (JSON) by a private queue, which goes when its connection does. */
export function listenForNotices<T>({ broker, exchange, maxLength, parse, onNotice, log }: NoticeOptions<T>): Consumer {
  return broker.consume({
    async queue(channel) {
      const { queue } = await channel.assertQueue('', {
        exclusive: true,
        autoDelete: true,
        arguments: { 'x-queue-type': 'classic', 'x-max-length': maxLength, 'x-overflow': 'drop-head' },
      });
      await channel.bindQueue(queue, exchange, '#');
      return queue;
    },
    prefetch: PREFETCH,
    exclusive: true,
    onDelivery({ content, fields }) {
      try {
        onNotice(parse(JSON.parse(content.toString('utf8'))), fields.routingKey);
      } catch (error) {
        log.debug({ exchange, why: (error as Error).message.slice(0, 300) }, 'a malformed notice was ignored');
      }
      return 'ack';
    },
  });
}
