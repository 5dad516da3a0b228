/** For tests alone: a gateway with functions that do as they are told, and a connector between it and a real broker. */
import {
  type DetectAnswer,
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameKey,
  newFrameId,
  QUEUE,
  type ResultRecord,
  resultRecord,
  TOPIC_ANNOTATION,
} from '@framewire/contract';
import {
  type Broker,
  type ConsumeMessage,
  createBroker,
  type Env,
  type Listening,
  listen,
  readConfig,
} from '@framewire/runtime';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/runtime/testing';
import { type Context, Hono } from 'hono';
import { createConnector } from './connector.ts';
import { settings } from './settings.ts';

export interface TestFunction {
  replicas: number;
  annotations: Record<string, string>;
  /** What it answers. */
  answer(c: Context): Response | Promise<Response>;
}

export const ANSWER: DetectAnswer = {
  detections: [{ x: 1, y: 2, w: 3, h: 4 }],
  image: { width: 640, height: 480 },
  node_id: 'replica-1',
  detector: 'test',
  stages: { decode: 1, detect: 2 },
};

/** Consumes `frame_queue` and finds one face, unless told otherwise. */
export const detector = (some: Partial<TestFunction> = {}): TestFunction => ({
  replicas: 1,
  annotations: { [TOPIC_ANNOTATION]: QUEUE.frames },
  answer: (c) => c.json(ANSWER),
  ...some,
});

export interface TestGateway {
  /** By name; changed while it runs. */
  functions: Map<string, TestFunction>;
  url: string;
  /** Goes away as a killed process does, and comes back at the same port. */
  kill(): Promise<void>;
  revive(): Promise<void>;
}

/** Speaks `/system/functions` and `/function/<name>`. */
export async function startTestGateway(): Promise<TestGateway> {
  const functions = new Map<string, TestFunction>();
  const app = new Hono();
  app.get('/system/functions', (c) =>
    c.json(
      [...functions].map(([name, { replicas, annotations }]) => ({
        name,
        namespace: 'openfaas-fn',
        image: 'test',
        replicas,
        availableReplicas: replicas,
        invocationCount: 0,
        annotations,
        labels: null,
      })),
    ),
  );
  app.post('/function/:name', (c) => {
    const fn = functions.get(c.req.param('name'));
    return fn ? fn.answer(c) : c.text(`error finding function ${c.req.param('name')}`, 404);
  });
  let listening: Listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const { port } = listening;
  return {
    functions,
    url: `http://127.0.0.1:${port}`,
    kill() {
      const closed = listening.close();
      listening.server.closeAllConnections();
      return closed;
    },
    async revive() {
      listening = await listen(app, { host: '127.0.0.1', port });
    },
  };
}

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
  /** An answer of the connector's own port. */
  get(path: string): Promise<Response>;
  /** Starts the connector, or a second one. Resolves to what drains it. */
  start(env?: Env): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function startTestSystem(topics?: Parameters<typeof createTestVhost>[0]): Promise<TestSystem> {
  const vhost = await createTestVhost(topics);
  const gateway = await startTestGateway();
  const broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  const messages: ConsumeMessage[] = [];
  broker.consume({
    queue: QUEUE.results,
    prefetch: 100,
    arguments: () => ({ 'x-stream-offset': messages.length }),
    onDelivery(delivery) {
      if (Number(delivery.properties.headers?.['x-stream-offset']) >= messages.length) messages.push(delivery);
      return 'ack';
    },
  });
  const connectors = new Set<{ close(): Promise<void>; app: Hono }>();

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
      const frame = { frame_id: newFrameId(), camera_id: 'door', captured_at: Date.now(), jpeg: JPEG, ...some };
      const { content, ...properties } = encodeFrame(frame);
      const key = frameKey(frame.camera_id, topic);
      await broker.publish({ exchange: EXCHANGE.frames, key, content, properties, timeoutMs: 5_000 });
      return frame.frame_id;
    },
    get: async (path) => [...connectors].at(-1)!.app.request(path),
    async start(env = {}) {
      const config = readConfig(settings, {
        AMQP_URL: vhost.amqp,
        GATEWAY_URL: gateway.url,
        REFRESH_MS: '100',
        ...env,
      });
      const connector = createConnector(config, silentLog);
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
