import { type Broker, brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { listenForWatchedCameras } from '@framewire/runtime/frames';
import type { Config, Env } from '@framewire/runtime/process';
import { createRegistry, createSpanExporter, type Log, nodeId, type Registry } from '@framewire/runtime/telemetry';
import type { Hono } from 'hono';
import { consumeDeadLetters } from './consume/dead-letters.ts';
import { startHeartbeat } from './consume/heartbeat.ts';
import { createSubscriptions } from './consume/subscriptions.ts';
import { createApp } from './handler.ts';
import { createGateway } from './invoke/openfaas.ts';
import { createMetrics } from './metrics.ts';
import type { settings } from './settings.ts';
import { createFailureReasons } from './settle/failure-reasons.ts';
import { createSettler } from './settle/settler.ts';
import { createTraces } from './traces.ts';
import { createFrameTap } from './watched-frames/frame-tap.ts';

export interface Connector {
  registry: Registry;
  app: Hono;
  /** Drains: takes no more frames, and publishes the outcome of everything that a function works on. */
  close(): Promise<void>;
}

/**
 * The connector without its HTTP port. It consumes as soon as broker and gateway are there.
 * @param env with OpenTelemetry's own variables. @throws ConfigError for a wrong one.
 */
export function createConnector(config: Config<typeof settings>, log: Log, env: Env = {}): Connector {
  const registry = createRegistry();
  const metrics = createMetrics(registry);
  const exporter = createSpanExporter({ env, service: 'connector', instance: nodeId(env), registry, log });
  const traces = exporter && createTraces(exporter);
  const gateway = createGateway({
    url: config.GATEWAY_URL,
    user: config.BASIC_AUTH_USER,
    password: config.BASIC_AUTH_PASSWORD,
    namespace: config.FUNCTION_NAMESPACE,
    concurrency: config.CONCURRENCY,
    maxAnswerBytes: config.MAX_ANSWER_BYTES,
  });
  const broker = createBroker({ ...brokerOptions(config), name: 'connector', log });
  const failureReasons = createFailureReasons();
  const settler = createSettler({ broker, metrics, failureReasons, traces, log });
  const forwarding = createBroker({ ...brokerOptions(config), name: 'connector, watched frames', log });
  const watched = listenForWatchedCameras({ broker: forwarding, log });
  const tap = createFrameTap({ broker: forwarding, watched, metrics, log });
  consumeDeadLetters({ broker, settler, failureReasons, tap, metrics, log });
  const subscriptions = createSubscriptions({
    broker,
    gateway,
    settler,
    tap,
    metrics,
    traces,
    log,
    refreshMs: config.REFRESH_MS,
    maxConcurrency: config.MAX_CONCURRENCY,
    timeoutMs: config.INVOKE_TIMEOUT_MS,
  });
  const stopHeartbeat = startHeartbeat({ broker, held: subscriptions.held, functions: subscriptions.functions, log });
  const problem = () =>
    [brokerProblem(broker), settler.problem(), subscriptions.problem()].filter(Boolean).join('\n') || undefined;
  return {
    registry,
    app: createApp({ subscriptions, problem, registry, log }),
    async close() {
      await subscriptions.close();
      stopHeartbeat();
      await broker.close();
      await tap.close();
      await forwarding.close();
      await gateway.close();
      await exporter?.close();
    },
  };
}

function brokerProblem(broker: Broker): string | undefined {
  const problem = broker.problem();
  return problem && `the broker: ${problem}`;
}
