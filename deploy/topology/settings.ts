import { type BrokerUser, permissions } from '@framewire/contract';
import type { UserGrant } from '@framewire/runtime/amqp';
import { topicQueues } from '@framewire/runtime/frames';
import { type Config, ConfigError, integer, optional, text, url } from '@framewire/runtime/process';

const amqp = () => optional(url(['amqp', 'amqps'], { secret: true }));

export const settings = {
  /** As an administrator; the vhost as its path where it is not `/`. */
  RABBITMQ_MANAGEMENT_URL: url(['http', 'https'], { secret: true }),
  TOPIC_QUEUES: topicQueues,
  RESULTS_MAX_AGE: text({ fallback: '24h', pattern: /^\d+[YMDhms]$/, allowed: 'a number and Y, M, D, h, m or s' }),
  RESULTS_MAX_BYTES: integer({ min: 1_000_000, fallback: 2_000_000_000 }),
  /** How long a broker that does not answer yet is waited for. */
  WAIT_MS: integer({ min: 0, max: 3_600_000, fallback: 0 }),
  // the very addresses that the parts connect with: a user's name and password stand in one place
  INGEST_AMQP_URL: amqp(),
  CAMERA_AMQP_URL: amqp(),
  CONNECTOR_AMQP_URL: amqp(),
  RESULTS_AMQP_URL: amqp(),
};

export type TopologyConfig = Config<typeof settings>;

/** The users whose addresses are given, each with what its part may do. @throws ConfigError where two parts share one. */
export function readGrants(config: TopologyConfig): UserGrant[] {
  const addresses: Record<BrokerUser, string | undefined> = {
    ingest: config.INGEST_AMQP_URL,
    camera: config.CAMERA_AMQP_URL,
    connector: config.CONNECTOR_AMQP_URL,
    results: config.RESULTS_AMQP_URL,
  };
  const grants = Object.entries(permissions(config.TOPIC_QUEUES)).flatMap(([user, permission]) => {
    const address = addresses[user as BrokerUser];
    if (!address) return [];
    const { username, password } = new URL(address);
    return [{ name: decodeURIComponent(username), password: decodeURIComponent(password), ...permission }];
  });
  const names = grants.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new ConfigError([`user ${twice} stands in two of the addresses: each part has a user of its own`]);
  return grants;
}
