import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topology } from '@framewire/contract';
import { applyTopology, type Broker, createBrokerAdmin, declareTopology } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import type { Log } from '@framewire/runtime/telemetry';
import { end, forkPart, type RunningPart } from '../../testkit/system/part.ts';
import type { Vhost } from '../broker.ts';
import type { BenchGateway } from './gateway.ts';

/** One of the connectors that are compared. */
export interface ConnectorTarget {
  name: string;
  /** What the function's annotation says. */
  topic: string;
  /** Declares what it needs where it does not do so itself. */
  prepare(vhost: Vhost): Promise<void>;
  start(vhost: Vhost, gateway: BenchGateway): Promise<RunningConnector>;
  /** Publishes with a confirm. Resolves to whether the broker has it. */
  publisher(broker: Broker, log: Log): (id: string, body: Uint8Array) => Promise<boolean>;
}

export interface RunningConnector {
  pid: number;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const PUBLISH_MS = 2_000;
/** How often each asks the gateway for its functions, milliseconds. */
const REFRESH_MS = 2_000;

export const ours: ConnectorTarget = {
  name: 'framewire',
  topic: 'frame_queue',
  async prepare({ amqp, management }) {
    await declareTopology(amqp, topology());
    await applyTopology(createBrokerAdmin(management), topology());
  },
  async start({ amqp }, { url, password }) {
    const connector: RunningPart = await forkPart('connectors/rabbitmq/dist/main.js', {
      AMQP_URL: amqp,
      GATEWAY_URL: url,
      BASIC_AUTH_PASSWORD: password,
      REFRESH_MS: `${REFRESH_MS}`,
      HOSTNAME: 'bench',
    });
    return { pid: connector.pid, kill: connector.kill, stop: connector.stop };
  },
  publisher(broker, log) {
    const frames = createFramePublisher({ broker, log });
    return async (frame_id, jpeg) => {
      const frame = frames.number({ frame_id, camera_id: 'bench', captured_at: Date.now(), jpeg });
      try {
        await frames.send(frame, { timeoutMs: PUBLISH_MS });
        return true;
      } catch (error) {
        frames.shed(frame, (error as Error).message);
        return false;
      }
    };
  },
};

/** https://github.com/Templum/rabbitmq-connector. @param binary a built one. */
export function templum(binary: string): ConnectorTarget {
  const exchange = 'templum';
  const topic = 'frames';
  return {
    name: 'Templum',
    topic,
    prepare: async () => {},
    async start({ amqp }, { url, secrets }) {
      const folder = mkdtempSync(join(tmpdir(), 'framewire-bench-templum-'));
      const file = join(folder, 'topology.yaml');
      writeFileSync(
        file,
        `- name: ${exchange}\n  topics: [${topic}]\n  declare: true\n  type: "direct"\n  durable: true\n  auto-deleted: false\n`,
      );
      const { hostname, port, username, password, pathname } = new URL(amqp);
      const child = spawn(binary, {
        stdio: 'ignore',
        env: {
          OPEN_FAAS_GW_URL: url,
          basic_auth: 'true',
          secret_mount_path: secrets,
          TOPIC_MAP_REFRESH_TIME: `${REFRESH_MS}ms`,
          RMQ_HOST: hostname,
          RMQ_PORT: port,
          RMQ_VHOST: pathname.slice(1),
          RMQ_USER: username,
          RMQ_PASS: password,
          PATH_TO_TOPOLOGY: file,
        },
      });
      return {
        pid: child.pid!,
        kill: () => end(child, 'SIGKILL'),
        async stop() {
          await end(child, 'SIGKILL');
          rmSync(folder, { recursive: true });
        },
      };
    },
    publisher: (broker) => async (messageId, content) => {
      const properties = { messageId, contentType: 'image/jpeg', persistent: true, mandatory: true };
      const sent = broker.publish({ exchange, key: topic, content, properties, timeoutMs: PUBLISH_MS });
      return sent.then(
        () => true,
        () => false,
      );
    },
  };
}
