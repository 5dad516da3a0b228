import { type BrokerUser, permissions } from '@framewire/contract';
import { brokerAddress, splitAddresses, type UserGrant } from '@framewire/runtime/amqp';
import { topicQueues } from '@framewire/runtime/frames';
import { about, type Config, ConfigError, integer, optional, text, url } from '@framewire/runtime/process';

const amqp = () => optional(brokerAddress);

export const settings = {
  RABBITMQ_MANAGEMENT_URL: about(
    'The management API, as an administrator; the vhost is its path where it is not `/`.',
    url(['http', 'https'], { secret: true }),
  ),
  TOPIC_QUEUES: about(
    'Topics besides `faces`, each with its queue and, if wanted, how many frames and bytes may wait there. Naming `faces` changes its queue or its limits.',
    topicQueues,
  ),
  RESULTS_MAX_AGE: about(
    'How long the result stream keeps outcomes.',
    text({ fallback: '24h', pattern: /^\d+[YMDhms]$/, allowed: 'a number and Y, M, D, h, m or s' }),
  ),
  RESULTS_MAX_BYTES: about(
    'How many bytes the result stream keeps.',
    integer({ min: 1_000_000, fallback: 2_000_000_000 }),
  ),
  BROKER_NODES: about(
    'How many nodes RabbitMQ has. Nothing is declared while fewer run, and each queue gets a member on as many.',
    integer({ min: 1, max: 9, fallback: 1 }),
  ),
  WAIT_MS: about(
    'How long to wait for a broker that does not answer yet, milliseconds.',
    integer({ min: 0, max: 3_600_000, fallback: 0 }),
  ),
  // the very addresses that the parts connect with: a user's name and password stand in one place
  INGEST_AMQP_URL: about(
    'The address that ingest-frame connects with: its user is made, with the rights of its part. Unset: that user is left alone.',
    amqp(),
  ),
  CAMERA_AMQP_URL: about('The same for the camera connector.', amqp()),
  CONNECTOR_AMQP_URL: about('The same for the RabbitMQ connector.', amqp()),
  RESULTS_AMQP_URL: about('The same for results-ws.', amqp()),
  TRACKER_AMQP_URL: about('The same for track-objects.', amqp()),
  SIGHTINGS_AMQP_URL: about('The same for sightings.', amqp()),
  MONITORING_URL: about(
    'The address at which KEDA reads the length of a queue, such as `http://keda:password@host:15672/`: its user is made, who may read the management API and take no frame. Unset: that user is left alone.',
    optional(url(['http', 'https'], { secret: true })),
  ),
};

export type TopologyConfig = Config<typeof settings>;

/** The users whose addresses are given, each with what its part may do. @throws ConfigError where two parts share one. */
export function readGrants(config: TopologyConfig): UserGrant[] {
  const addresses: Record<BrokerUser, string | undefined> = {
    ingest: config.INGEST_AMQP_URL,
    camera: config.CAMERA_AMQP_URL,
    connector: config.CONNECTOR_AMQP_URL,
    results: config.RESULTS_AMQP_URL,
    tracker: config.TRACKER_AMQP_URL,
    sightings: config.SIGHTINGS_AMQP_URL,
  };
  const grants: UserGrant[] = Object.entries(permissions(config.TOPIC_QUEUES)).flatMap(([user, permission]) => {
    const address = addresses[user as BrokerUser];
    return address ? [{ ...loginOf(splitAddresses(address)[0]!), ...permission }] : [];
  });
  if (config.MONITORING_URL)
    grants.push({ ...loginOf(config.MONITORING_URL), tag: 'monitoring', configure: '^$', write: '^$', read: '^$' });
  const names = grants.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new ConfigError([`user ${twice} stands in two of the addresses: each part has a user of its own`]);
  return grants;
}

function loginOf(address: string): Pick<UserGrant, 'name' | 'password'> {
  const { username, password } = new URL(address);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}
