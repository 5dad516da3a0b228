import type { Log } from '../telemetry/log.ts';
import { createManagedConnection, type ManagedConnection } from './connection/managed-connection.ts';
import { createPatience, type PATIENCE } from './connection/patience.ts';
import { type Consumer, type ConsumerOptions, createConsumer } from './consumer.ts';
import { createPublisher, type Publication, type Publisher } from './publisher.ts';

export type { Channel, ConsumeMessage } from 'amqplib';
export type { Consumer, ConsumerOptions, ConsumerState, Settlement } from './consumer.ts';
export { type Publication, PublishError } from './publisher.ts';
export { applyTopology, type BrokerAdmin, createBrokerAdmin, type UserGrant } from './topology/admin.ts';
export { declareTopology } from './topology/declare.ts';

/**
 * What is wrong between us and the broker:
 * - `unreachable`: there is no connection;
 * - `blocked`: it is there and takes no messages, for want of memory or disk;
 * - `refused`: it is there and refuses a queue or an exchange, or cancelled a consumer.
 */
export interface BrokerTrouble {
  kind: 'unreachable' | 'blocked' | 'refused';
  message: string;
}

export interface Broker {
  /** Resolves after the broker's confirm. @throws PublishError */
  publish(publication: Publication): Promise<void>;
  consume(options: ConsumerOptions): Consumer;
  /** Opens the connection that publishes now instead of at the first use, so that `problem` speaks of it. */
  connect(): void;
  /** A message that says what is wrong; undefined while nothing is. */
  problem(): string | undefined;
  /** The same with a kind for programs. */
  trouble(): BrokerTrouble | undefined;
  /** Consumers are stopped first (deliveries under way finish and publish), then the publisher, then the connections. */
  close(): Promise<void>;
}

/**
 * A session with RabbitMQ that recovers by itself from whatever ends a connection or a channel. Publishing and consuming have a
 * connection each: a broker in alarm blocks the whole connection that publishes, acks included. Each is opened at its first use.
 */
export function createBroker(options: {
  url: string;
  name: string;
  log: Log;
  maxBytesInFlight?: number;
  /** The largest message that the broker takes; a larger one is refused before it is sent. */
  maxMessageBytes?: number;
  /** How long the broker's answers are waited for. */
  patience?: Partial<typeof PATIENCE>;
}): Broker {
  const { url, name, log, maxBytesInFlight = 64 * 1024 * 1024 } = options;
  const openConnectionFor = (does: string) =>
    createManagedConnection({ url, name: `${name} ${does}`, log, patience: createPatience(options.patience) });
  const consumers = new Set<Consumer>();
  let publishing: { connection: ManagedConnection; publisher: Publisher } | undefined;
  let consuming: ManagedConnection | undefined;

  const publisher = () => {
    if (!publishing) {
      const connection = openConnectionFor('publishes');
      publishing = {
        connection,
        publisher: createPublisher({
          connection,
          log,
          maxBytes: maxBytesInFlight,
          maxMessageBytes: options.maxMessageBytes,
        }),
      };
    }
    return publishing.publisher;
  };

  return {
    publish: (publication) => publisher().publish(publication),
    consume(consumerOptions) {
      consuming ??= openConnectionFor('consumes');
      const consumer = createConsumer({ connection: consuming, log, ...consumerOptions });
      consumers.add(consumer);
      return {
        ...consumer,
        get state() {
          return consumer.state;
        },
        get channel() {
          return consumer.channel;
        },
        get queue() {
          return consumer.queue;
        },
        get busy() {
          return consumer.busy;
        },
        stop() {
          consumers.delete(consumer);
          return consumer.stop();
        },
      };
    },
    connect() {
      publisher();
    },
    problem: () =>
      publishing?.publisher.problem() ?? consuming?.problem() ?? [...consumers].map((c) => c.problem()).find(Boolean),
    trouble() {
      const connections = [publishing?.connection, consuming];
      const of = (ask: (connection: ManagedConnection) => string | undefined) =>
        connections.map((connection) => connection && ask(connection)).find(Boolean);
      const blocked = of((connection) => connection.blocked());
      if (blocked) return { kind: 'blocked', message: blocked };
      const away = of((connection) => connection.problem());
      if (away) return { kind: 'unreachable', message: away };
      const refused = [publishing?.publisher, ...consumers].map((part) => part?.problem()).find(Boolean);
      return refused ? { kind: 'refused', message: refused } : undefined;
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await publishing?.publisher.close();
      await Promise.all([publishing?.connection.close(), consuming?.close()]);
    },
  };
}
