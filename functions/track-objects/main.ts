import { brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { listen, listenOptions } from '@framewire/runtime/http';
import { readConfig, runProcess } from '@framewire/runtime/process';
import { createRegistry, nodeId } from '@framewire/runtime/telemetry';
import { createApp } from './handler.ts';
import { createMetrics } from './metrics.ts';
import { settings } from './settings.ts';
import { createTrackers } from './trackers.ts';

runProcess('track-objects', async ({ env, log, onRelease }) => {
  const config = readConfig(settings, env);
  const registry = createRegistry();
  const broker = createBroker({ ...brokerOptions(config), name: 'track-objects', log });
  onRelease('the broker session', () => broker.close());
  const trackers = createTrackers({
    broker,
    node_id: nodeId(env),
    lostS: config.LOST_S,
    orderWaitMs: config.ORDER_WAIT_MS,
    metrics: createMetrics(registry),
    log,
  });
  onRelease('the trackers', trackers.close);
  const app = createApp({ problem: trackers.problem, remarks: trackers.remarks, registry, log });
  const { port, close } = await listen(app, listenOptions(config));
  onRelease('the HTTP server', close);
  log.info({ port }, 'tracking objects');
});
