import { type Config, integer, url } from '../process/config.ts';
import { MAX_MESSAGE_BYTES } from './publisher.ts';

/** Settings that every part with a broker has. */
export const brokerSettings = () => ({
  AMQP_URL: url(['amqp', 'amqps'], { secret: true }),
  /** The largest message that the broker takes: its `max_message_size`. */
  MAX_MESSAGE_BYTES: integer({ min: 1_024, max: 512 * 1024 * 1024, fallback: MAX_MESSAGE_BYTES }),
});

/** What they say to `createBroker`. */
export const brokerOptions = (config: Config<ReturnType<typeof brokerSettings>>) => ({
  url: config.AMQP_URL,
  maxMessageBytes: config.MAX_MESSAGE_BYTES,
});
