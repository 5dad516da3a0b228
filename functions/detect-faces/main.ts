import { createUploads, listen, listenOptions } from '@framewire/runtime/http';
import { ConfigError, readConfig, runProcess } from '@framewire/runtime/process';
import { createRegistry, nodeId } from '@framewire/runtime/telemetry';
import { createApp } from './http/handler.ts';
import { chooseDetector, poolSize, settings } from './settings.ts';
import { createPool } from './workers/pool.ts';

runProcess('detect-faces', async ({ env, log, onRelease }) => {
  const config = readConfig(settings, env);
  const { spec, why } = chooseDetector(config);
  const size = poolSize(config);
  const pool = await createPool({
    worker: new URL('./worker.js', import.meta.url),
    workerData: { spec, providers: config.EXECUTION_PROVIDERS },
    size,
    maxInFlight: config.MAX_INFLIGHT ?? 2 * size,
    timeLimit: config.FRAME_TIME_LIMIT_MS,
    log,
  }).catch((error: Error) => {
    throw new ConfigError([`DETECTOR: ${spec.kind} could not be loaded: ${error.message}`]);
  });
  onRelease('the worker pool', () => pool.close());

  const app = createApp({
    pool,
    uploads: createUploads({ maxBytes: config.MAX_INFLIGHT_BYTES, timeoutMs: config.UPLOAD_TIMEOUT_MS }),
    nodeId: nodeId(env),
    maxBytes: config.MAX_BYTES,
    maxPixels: config.MAX_PIXELS,
    registry: createRegistry(),
    log,
  });
  const { port, close } = await listen(app, { ...listenOptions(config), direct: app.direct });
  onRelease('the HTTP server', close);
  const provider = pool.running[0]?.provider;
  log.info({ port, detector: pool.detector, provider, why, workers: pool.size }, `detecting with ${pool.detector}`);
});
