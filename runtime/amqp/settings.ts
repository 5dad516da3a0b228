import { about, type Config, integer, url } from '../process/config.ts';
import { MAX_MESSAGE_BYTES } from './publisher.ts';

/** Settings that every part with a broker has. */
export const brokerSettings = () => ({
  AMQP_URL: about('The broker, with user and password.', url(['amqp', 'amqps'], { secret: true })),
  MAX_MESSAGE_BYTES: about(
    'The largest message that the broker takes, its `max_message_size`. A larger one is never sent.',
    integer({ min: 1_024, max: 512 * 1024 * 1024, fallback: MAX_MESSAGE_BYTES }),
  ),
});

/** What they say to `createBroker`. */
export const brokerOptions = (config: Config<ReturnType<typeof brokerSettings>>) => ({
  url: config.AMQP_URL,
  maxMessageBytes: config.MAX_MESSAGE_BYTES,
});
