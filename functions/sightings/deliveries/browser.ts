import { CLOUD_EVENT_TYPE, EXCHANGE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { ATTEMPT_MS, type Sender } from './sender.ts';

/**
 * Publishes for pages that are open: each results-ws sends it to its viewers. It is delivered once the broker has taken it. Where no page is
 * open nobody sees it, so what must not be missed goes to another target too.
 */
export const createBrowserSender = (broker: Pick<Broker, 'publish'>): Sender<unknown> => ({
  async send(event) {
    try {
      await broker.publish({
        exchange: EXCHANGE.notifications,
        key: event.data.rule.id,
        content: Buffer.from(JSON.stringify(event)),
        properties: { contentType: CLOUD_EVENT_TYPE, persistent: false, mandatory: false, messageId: event.id },
        timeoutMs: ATTEMPT_MS,
      });
      return { ok: true, message: 'it was sent to all pages that are open' };
    } catch (error) {
      return { ok: false, reason: `the broker did not take it: ${(error as Error).message}` };
    }
  },
});
