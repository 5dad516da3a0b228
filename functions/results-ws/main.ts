import { brokerOptions, createBroker } from '@framewire/runtime/amqp';
import { listen, listenOptions } from '@framewire/runtime/http';
import { runProcess } from '@framewire/runtime/process';
import { createRegistry, createSpanExporter, nodeId } from '@framewire/runtime/telemetry';
import { createDiagnosis } from './diagnosis/diagnosis.ts';
import { createGaps } from './diagnosis/gaps.ts';
import { createBrokerProbes } from './diagnosis/probes/broker.ts';
import { watchGateway } from './diagnosis/probes/gateway.ts';
import { watchHost } from './diagnosis/probes/host.ts';
import { watchGauges } from './diagnosis/probes/prometheus.ts';
import { createSnapshots } from './diagnosis/take-snapshot.ts';
import { createApp } from './handler.ts';
import { createAccess } from './http/sign-in/access.ts';
import { readFolder } from './http/static.ts';
import { createUpstreams } from './http/upstreams.ts';
import { createSlo } from './latency/slo.ts';
import { createMetrics } from './metrics.ts';
import { createPrometheusClient } from './prometheus/client.ts';
import { createHistoryApi } from './prometheus/history-api.ts';
import { createMetricsApi } from './prometheus/metrics-api.ts';
import { createResults } from './results.ts';
import { readSettings } from './settings.ts';
import { createTraces } from './traces.ts';
import { acceptWebSockets } from './viewers/websocket/websocket.ts';

/** Connections that may be open besides those of viewers: pages, their requests, probes. */
const OTHER_CONNECTIONS = 2_000;

runProcess('results-ws', async ({ env, log, onRelease }) => {
  const config = readSettings(env);
  const node_id = nodeId(env);
  const registry = createRegistry();
  const metrics = createMetrics(registry);
  const slo = createSlo({ target: config.SLO_TARGET_MS, objective: config.SLO_OBJECTIVE, registry });
  const maxViewers = config.MAX_VIEWERS;

  const exporter = createSpanExporter({ env, service: 'results-ws', instance: node_id, registry, log });
  onRelease('the traces', () => exporter?.close());
  const broker = createBroker({ ...brokerOptions(config), name: 'results-ws', log });
  onRelease('the broker session', () => broker.close());
  const onDelivered = exporter && createTraces(exporter, node_id);
  const results = createResults({
    broker,
    node_id,
    window: config.REPLAY_WINDOW,
    metrics,
    onDrawn: slo.drawn,
    onDelivered,
    log,
  });
  const gateway = watchGateway(config.GATEWAY_URL, log);
  onRelease('the watch over the gateway', gateway.close);
  const prometheus = config.PROMETHEUS_URL ? createPrometheusClient(config.PROMETHEUS_URL) : undefined;
  const metricsApi = createMetricsApi(prometheus);
  const gauges = watchGauges(prometheus, log, node_id);
  onRelease('the watch over the metrics', gauges.close);
  const probe = createBrokerProbes(broker, log, () => results.functions.list().map(({ queue }) => queue));
  onRelease('the probe of the broker', probe.close);
  const host = watchHost();
  onRelease('the watch over the host', host.close);
  const gaps = createGaps({ registry, log });
  const snapshot = createSnapshots({
    collector: results.collector,
    brokerTrouble: broker.trouble,
    probe,
    gateway,
    gauges,
    host: host.host,
    drawn: slo.recent,
    target: config.SLO_TARGET_MS,
    objective: config.SLO_OBJECTIVE,
    gaps,
  });
  const diagnosis = createDiagnosis({ snapshot, onChange: results.incidents.report, gaps });
  onRelease('the diagnosis', diagnosis.close);
  const listening = listenOptions(config, { connections: config.MAX_VIEWERS + OTHER_CONNECTIONS });
  const { guard } = listening;
  const access = createAccess({ viewKey: config.RESULTS_KEY, writeKey: config.WRITE_KEY, guard });

  const part = (problem: string | undefined) => ({ ok: !problem, message: problem ?? 'ok' });
  const status = () => ({
    node_id,
    broker: part(broker.problem()),
    stream: part(results.problem()),
    prometheus: part(metricsApi.problem()),
    gateway: part(gateway.problem()),
    viewers: results.hub.size,
    sharing: config.INGEST_URL !== undefined,
    fault_injection: config.FAULTS_URL !== undefined,
    cameras: config.CAMERA_URL !== undefined,
    sightings: config.SIGHTINGS_URL !== undefined,
    prometheus_url: config.PROMETHEUS_PUBLIC_URL,
  });
  const app = createApp({
    results,
    metricsApi,
    historyApi: createHistoryApi(prometheus),
    slo,
    diagnosis,
    status,
    guard,
    access,
    embeddedBy: config.ALLOWED_ORIGINS,
    files: readFolder(config.DASHBOARD),
    upstreams: createUpstreams(config),
    maxViewers,
    problem: results.problem,
    registry,
    log,
  });
  const { port, server, close } = await listen(app, listening);
  acceptWebSockets(server, { hub: results.hub, guard, access, maxViewers, log });
  onRelease('the HTTP server', close);
  onRelease('the viewers', results.close);
  log.info({ port }, 'taking viewers');
});
