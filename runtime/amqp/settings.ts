import { about, type Config, integer, SafeError, type Setting, url } from '../process/config.ts';
import { splitAddresses } from './connection/addresses.ts';
import { MAX_MESSAGE_BYTES } from './publisher.ts';

const address = url(['amqp', 'amqps'], { secret: true });

/** One address of a broker, or one for each of its nodes. They are of one broker: user, password and vhost are the same. */
export const brokerAddress: Setting<string> = {
  ...address,
  parse(text) {
    const addresses = splitAddresses(text).map((one) => new URL(address.parse(one)));
    const whose = ({ username, password, pathname }: URL) => [username, password, pathname].join(' ');
    if (new Set(addresses.map(whose)).size > 1)
      throw new SafeError('its addresses differ in more than the node: user, password and vhost have to be the same');
    return text;
  },
  allowed: `${address.allowed}, one or several with commas between them`,
};

/** Settings that every part with a broker has. */
export const brokerSettings = () => ({
  AMQP_URL: about('The broker, with user and password. One of several nodes: an address for each.', brokerAddress),
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
