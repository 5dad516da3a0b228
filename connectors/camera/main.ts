import { brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { listenForBackpressure } from '@framewire/runtime/frames';
import { listen, listenOptions, requireKeyBeyondLoopback } from '@framewire/runtime/http';
import { readConfig, runProcess } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { createGuard } from './address/guard.ts';
import { createMedia } from './address/media.ts';
import { createAddressTest } from './api/address-test.ts';
import { createCameras } from './cameras.ts';
import { createStateReporter } from './capture/state-reporter.ts';
import { createChangeReporter } from './changes/change-reporter.ts';
import { createApp } from './handler.ts';
import { createStore } from './list/store.ts';
import { createCamerasFile } from './list/yaml/watch.ts';
import { createMetrics } from './metrics.ts';
import { settings } from './settings.ts';
import { createOpener } from './video/open.ts';

runProcess('camera', async ({ env, log, onRelease }) => {
  const config = readConfig(settings, env);
  requireKeyBeyondLoopback(config.HOST, 'CAMERA_KEY', config.CAMERA_KEY);
  const broker = createBroker({ ...brokerOptions(config), name: 'camera', log });
  onRelease('the broker session', () => broker.close());
  const backpressure = listenForBackpressure({ broker, log });
  onRelease('the backpressure', () => backpressure.close());
  const reporter = createStateReporter({ broker, log });
  onRelease('the state reporter', () => reporter.close());
  const registry = createRegistry();
  const metrics = createMetrics(registry);
  const media = createMedia(config.MEDIA_FOLDERS);
  const source = createGuard(createOpener(config.FFMPEG), media);
  const store = createStore(config.DATA);
  const changes = createChangeReporter({ broker, log });
  onRelease('the changes', () => changes.close());
  const file = config.CAMERAS_YAML ? createCamerasFile({ path: config.CAMERAS_YAML, env, log }) : undefined;
  const cameras = createCameras({
    source,
    store,
    media,
    named: config.CAMERAS,
    file,
    broker,
    backpressure,
    reporter,
    changes,
    metrics,
    log,
  });
  onRelease('the cameras', () => cameras.close());

  const app = createApp({
    cameras,
    media,
    test: createAddressTest({ source, log }),
    key: config.CAMERA_KEY,
    problem: () => broker.problem(),
    registry,
    log,
  });
  const { port, close } = await listen(app, listenOptions(config));
  onRelease('the HTTP server', close);
  await cameras.open(); // what listens first can say how it stands
  const ids = cameras.list().map(({ record }) => record.camera_id);
  log.info({ port, cameras: ids }, `${ids.length} ${ids.length === 1 ? 'camera' : 'cameras'}`);
});
