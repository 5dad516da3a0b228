import {
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameKey,
  type ResultRecord,
  resultRecord,
  uuidv7,
} from '@framewire/contract';
import { type Broker, type ConsumeMessage, createBroker } from '@framewire/runtime/amqp';
import { type Env, readConfig, waitFor } from '@framewire/runtime/process';
import { createTestVhost, readMetric, silentLog, type TestVhost } from '@framewire/testkit';
import { readMessages } from '../../../testkit/results/result-stream.ts';
import { type Connector, createConnector } from '../connector.ts';
import { settings } from '../settings.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

export interface TestSystem {
  vhost: TestVhost;
  gateway: TestGateway;
  /** A client of the broker that may do anything. */
  broker: Broker;
  /** Everything in `result_queue` so far, as it came. */
  messages: ConsumeMessage[];
  /** The records of one frame so far. */
  records(frame_id: string): ResultRecord[];
  /** Publishes a frame as a producer does; resolves to its id once it is confirmed. */
  send(frame?: Partial<Frame>, topic?: string): Promise<string>;
  /** Messages in a queue that nobody has taken. */
  ready(queue: string): Promise<number>;
  /** An answer of the connector's own port. */
  get(path: string): Promise<Response>;
  /** A number of the connector's. */
  metric(name: string, labels?: object): Promise<number | undefined>;
  /** Starts the connector, or a second one. Resolves to what drains it. */
  start(env?: Env): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function startTestSystem(topics?: Parameters<typeof createTestVhost>[0]): Promise<TestSystem> {
  const vhost = await createTestVhost(topics);
  const gateway = await startTestGateway();
  const broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  const messages: ConsumeMessage[] = [];
  const reader = readMessages(broker, (message) => messages.push(message), 'first');
  const connectors = new Set<Connector>();

  return {
    vhost,
    gateway,
    broker,
    messages,
    records: (id) =>
      messages
        .filter(({ properties }) => properties.messageId === id && properties.type)
        .map(({ content }) => resultRecord.parse(JSON.parse(content.toString()))),
    async send(some = {}, topic) {
      const frame = { frame_id: uuidv7(), camera_id: 'door', captured_at: Date.now(), jpeg: JPEG, ...some };
      const { content, ...properties } = encodeFrame(frame);
      const key = frameKey(frame.camera_id, topic);
      await broker.publish({ exchange: EXCHANGE.frames, key, content, properties, timeoutMs: 5_000 });
      return frame.frame_id;
    },
    async ready(queue) {
      const channel = await waitFor('a channel', () => reader.channel);
      return (await channel.checkQueue(queue)).messageCount;
    },
    metric: (name, labels) => readMetric([...connectors].at(-1)!.registry, name, labels),
    get: async (path) => [...connectors].at(-1)!.app.request(path),
    async start(env = {}) {
      const config = readConfig(settings, {
        AMQP_URL: vhost.amqp,
        GATEWAY_URL: gateway.url,
        REFRESH_MS: '100',
        ...env,
      });
      const connector = createConnector(config, silentLog, env);
      connectors.add(connector);
      return async () => {
        if (connectors.delete(connector)) await connector.close();
      };
    },
    async close() {
      await Promise.all([...connectors].map((connector) => connector.close()));
      await broker.close();
      await gateway.kill();
      await vhost.drop();
    },
  };
}

/** As much of a JPEG as travels unread. */
export const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');
