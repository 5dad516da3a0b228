import { cameraSpec } from '@framewire/contract';
import {
  createBroker,
  createRegistry,
  listen,
  listenOptions,
  listenToPressure,
  readConfig,
  requireKeyBeyondLoopback,
  runProcess,
} from '@framewire/runtime';
import { createCameras } from './cameras.ts';
import { createApp } from './handler.ts';
import { createMetrics } from './metrics.ts';
import { createReporter } from './reporter.ts';
import { settings } from './settings.ts';
import { createStore } from './store.ts';
import { createOpener } from './video/open.ts';

runProcess('camera', async ({ env, log, onRelease }) => {
  const config = readConfig(settings, env);
  requireKeyBeyondLoopback(config.HOST, 'CAMERA_KEY', config.CAMERA_KEY);
  const store = createStore(config.DATA);
  const specs = await store.read();
  for (const [id, url] of config.CAMERAS) {
    // what was changed by a PUT stays, unless the setting names another address
    if (specs.get(id)?.url !== url) specs.set(id, cameraSpec.parse({ url }));
  }

  const broker = createBroker({ url: config.AMQP_URL, name: 'camera', log });
  onRelease('the broker session', () => broker.close());
  const pressure = listenToPressure({ broker, log });
  onRelease('what is asked of it', () => pressure.close());
  const reporter = createReporter({ broker, log });
  onRelease('the reporter', () => reporter.close());
  const registry = createRegistry();
  const metrics = createMetrics(registry);
  const source = createOpener(config.FFMPEG);
  const cameras = createCameras({ source, store, broker, pressure, reporter, metrics, log });
  onRelease('the cameras', () => cameras.close());
  for (const [id, spec] of specs) await cameras.put(id, spec);

  const app = createApp({ cameras, key: config.CAMERA_KEY, problem: () => broker.problem(), registry, log });
  const { port, close } = await listen(app, listenOptions(config));
  onRelease('the HTTP server', close);
  log.info({ port, cameras: [...specs.keys()] }, `${specs.size} cameras`);
});
