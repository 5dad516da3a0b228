import { brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher, listenForBackpressure } from '@framewire/runtime/frames';
import { createUploads, listen, listenOptions, requireKeyBeyondLoopback } from '@framewire/runtime/http';
import { readConfig, runProcess } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { createApp } from './handler.ts';
import { settings } from './settings.ts';

/** From the end of an upload's time until the answer is out: it says that it took too long. Milliseconds. */
const UPLOAD_SPARE_MS = 5_000;

runProcess('ingest-frame', async ({ env, log, onRelease }) => {
  const config = readConfig(settings, env);
  requireKeyBeyondLoopback(config.HOST, 'INGEST_KEY', config.INGEST_KEY);

  const broker = createBroker({ ...brokerOptions(config), name: 'ingest-frame', log });
  onRelease('the broker session', () => broker.close());
  broker.connect();
  const backpressure = listenForBackpressure({ broker, log });
  onRelease('the backpressure', () => backpressure.close());
  const publishers = new Map(config.TOPICS.map((topic) => [topic, createFramePublisher({ broker, log, topic })]));
  onRelease('the frame publishers', async () => {
    await Promise.all([...publishers.values()].map((frames) => frames.close()));
  });

  const app = createApp({
    publishers,
    backpressure,
    problem: () => broker.problem(),
    key: config.INGEST_KEY,
    publishTimeoutMs: config.PUBLISH_TIMEOUT_MS,
    uploads: createUploads({ maxBytes: config.MAX_INFLIGHT_BYTES, timeoutMs: config.UPLOAD_TIMEOUT_MS }),
    maxBytes: config.MAX_BYTES,
    registry: createRegistry(),
    log,
  });
  const { port, close } = await listen(
    app,
    listenOptions(config, { requestMs: config.UPLOAD_TIMEOUT_MS + UPLOAD_SPARE_MS }),
  );
  onRelease('the HTTP server', close);
  const sources = Object.fromEntries([...publishers].map(([topic, { source }]) => [topic, source]));
  log.info({ port, sources }, 'taking frames');
});
