import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { topicQueues } from '@framewire/runtime/frames';
import { isWildcard, splitCredentials } from '@framewire/runtime/http';
import { readConfig, waitFor } from '@framewire/runtime/process';
import { type SystemBroker, startPrivateBroker, useBroker } from './broker/broker.ts';
import { cameraFolder, cameraList, camerasFile, mediaFolders } from './cameras.ts';
import { forwardPorts, ownAddresses } from './container/forward.ts';
import { bringWeights, describeDetector } from './detector/weights.ts';
import { startFaultInjection } from './fault-injection/start.ts';
import {
  detectFaces,
  type FunctionSpec,
  ingestFrame,
  resultsWs,
  sightings,
  trackObjects,
} from './functions/catalog.ts';
import { notificationEnv } from './functions/notification-env.ts';
import { createProvider } from './functions/provider.ts';
import { buildStacks, withTopicsOf } from './functions/stacks.ts';
import { createSecretStore } from './gateway/api/secret-store.ts';
import type { FunctionProvider, FunctionStatus } from './gateway/faas-provider.ts';
import { startGateway } from './gateway/process.ts';
import { startMonitoring } from './monitoring/monitoring.ts';
import type { Target } from './monitoring/prometheus.ts';
import type { Options } from './options.ts';
import { GATEWAY_USER, keepSecrets, type Secrets } from './secrets.ts';
import type { PidFile } from './supervisor/pid-file.ts';
import { choosePorts, chooseRabbitPorts, type Ports } from './supervisor/ports.ts';
import { answers, type Supervisor } from './supervisor/supervisor.ts';

export interface System {
  ports: Ports;
  secrets: Secrets;
  broker: SystemBroker;
  prometheusUrl?: string;
  alertmanagerUrl?: string;
  /** Which detector finds faces; undefined where another function does. */
  detector?: string;
  /** Notes for a person. */
  remarks: string[];
}

export interface SystemOptions {
  /** The repository. */
  root: string;
  options: Options;
  env: Record<string, string | undefined>;
  supervisor: Supervisor;
  pidFile: PidFile;
  /** Takes a line for each step of the start. */
  say(line: string): void;
  /** Ends a start that is still under way. */
  signal: AbortSignal;
  /** Registers what ends something that was just started. Run last in, first out. */
  onRelease(release: () => Promise<unknown>): void;
}

/** Starts all processes and resolves when frames can flow. What needs no broker starts while the broker boots. */
export async function startSystem({
  root,
  options,
  env,
  supervisor,
  pidFile,
  say,
  signal,
  onRelease,
}: SystemOptions): Promise<System> {
  const { data, portBase, access } = options;
  const remarks: string[] = [];
  const bringing = bringWeights(root, options, env, signal);
  const stacks = await buildStacks(root, options.stacks, env.INIT_CWD ?? process.cwd(), env);
  const { TOPIC_QUEUES: named } = readConfig({ TOPIC_QUEUES: topicQueues }, env);
  const topics = withTopicsOf(stacks.functions, named);
  const ports = await choosePorts(portBase, env.PROMETHEUS_URL ? ['prometheus', 'alertmanager'] : []);
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  const rabbitPorts = env.AMQP_URL ? undefined : await chooseRabbitPorts(portBase, options.brokers);
  const secrets = keepSecrets(data);
  if (options.container) {
    const open = [ports.gateway, ports.camera, ...(isWildcard(access.host) ? [] : [ports.dashboard])];
    // the last to close: viewers hear of the end from results-ws
    onRelease((await forwardPorts(ownAddresses(), open)).close);
  }
  const faults = options.faults
    ? await startFaultInjection({ data, ports, dashboardKey: access.key, privateBroker: !!rabbitPorts, pidFile, say })
    : undefined;
  if (faults) onRelease(faults.close);

  const opening = rabbitPorts
    ? startPrivateBroker({
        data,
        ports: rabbitPorts,
        secrets: secrets.broker,
        topics,
        legacyProducers: options.legacyProducers,
        supervisor,
        say,
        signal,
      })
    : useBroker(env.AMQP_URL ?? '', env.RABBITMQ_MANAGEMENT_URL, topics);
  opening.catch(() => {}); // reported where it is awaited
  onRelease(async () => (await opening.catch(() => undefined))?.stop());

  const monitoring = startMonitoring({
    root,
    data,
    ports,
    prometheusUrl: env.PROMETHEUS_URL || undefined,
    gatewayUrl,
    rulesUrl: options.sightings ? `${gatewayUrl}/function/sightings/api/alerts` : undefined,
    secrets,
    supervisor,
  });
  onRelease(monitoring.stop);
  const { targets, prometheusUrl, alertmanagerUrl } = monitoring;
  remarks.push(...monitoring.remarks);

  // deployments end with the system, and their secrets with them
  const secretsFolder = join(data, 'function-secrets');
  rmSync(secretsFolder, { recursive: true, force: true });
  const provider = createProvider({
    root,
    supervisor,
    secrets: createSecretStore(secretsFolder),
    built: stacks.built,
    models: options.models,
    onChange() {
      targets.write('functions', provider.list().flatMap(functionTargets));
      gateway.push();
    },
  });
  const gateway = startGateway({ root, ports, password: secrets.gateway, secretsFolder, provider, supervisor });
  onRelease(provider.close);
  onRelease(gateway.stop);
  targets.write('gateway', [{ instance: 'gateway', port: ports.gatewayMetrics }]);

  const starting: Promise<unknown>[] = [];
  reportReady('the gateway', () => answers(`${gatewayUrl}/healthz`));
  for (const [name, url] of monitoring.ready) reportReady(name, () => answers(url));
  const missing = (folder: string) => remarks.push(`${folder} is missing: it is not built`);
  const runFunction = (spec: FunctionSpec) => {
    if (stacks.functions.some(({ deployment }) => deployment.service === spec.name)) return;
    if (provider.run(spec)) reportReady(spec.name, () => isUp(provider, spec.name));
    else missing(`functions/${spec.name}`);
  };
  const why = await bringing;
  runFunction(detectFaces(options.replicas, { DETECTOR: options.detector, MODELS: options.models }));

  for (const { deployment, stack } of stacks.functions) {
    const { service } = deployment;
    try {
      await provider.deploy(deployment);
    } catch (error) {
      remarks.push(`${service} of ${stack} does not run: ${(error as Error).message}`);
      continue;
    }
    // somebody's function that does not come up holds up nobody else's
    waitFor(service, () => isUp(provider, service), { timeout: READY_MS, every: 100 }).then(
      () => signal.aborted || say(`${service} is up`),
      () => signal.aborted || say(`${service} is not up: see ${supervisor.logFile(service)}`),
    );
  }

  const broker = await opening;
  signal.throwIfAborted();
  say('RabbitMQ is up');
  remarks.push(...broker.remarks);
  if (broker.metrics.length) targets.write('rabbitmq', broker.metrics);

  runFunction(ingestFrame({ AMQP_URL: broker.urls.ingest, TOPICS: topics.map(({ topic }) => topic).join(',') }));
  runFunction(
    resultsWs(
      { port: ports.dashboard, host: access.host },
      {
        AMQP_URL: broker.urls.results,
        GATEWAY_URL: gatewayUrl,
        INGEST_URL: `${gatewayUrl}/function/ingest-frame`,
        CAMERA_URL: `http://127.0.0.1:${ports.camera}`,
        SIGHTINGS_URL: options.sightings ? `${gatewayUrl}/function/sightings` : '',
        FAULTS_URL: faults?.url ?? '',
        PROMETHEUS_URL: prometheusUrl ?? '',
        PROMETHEUS_PUBLIC_URL: prometheusUrl ? splitCredentials(prometheusUrl).url : '',
        DASHBOARD: join(root, 'dashboard', 'dist'),
        RESULTS_KEY: access.key ?? '',
        WRITE_KEY: access.writeKey ?? '',
      },
    ),
  );
  if (options.sightings) runFunction(trackObjects({ AMQP_URL: broker.urls.tracker }));
  if (options.sightings)
    runFunction(
      sightings({
        AMQP_URL: broker.urls.sightings,
        DATA: join(data, 'sightings'),
        PUBLIC_URL: `http://127.0.0.1:${ports.dashboard}`,
        ...notificationEnv(env),
      }),
    );
  runConnector('connector', 'rabbitmq', ports.connector, {
    AMQP_URL: broker.urls.connector,
    GATEWAY_URL: faults?.gatewayUrl ?? gatewayUrl,
    BASIC_AUTH_USER: GATEWAY_USER,
    BASIC_AUTH_PASSWORD: secrets.gateway,
  });
  runConnector('camera', 'camera', ports.camera, {
    ...camerasFile(options, env),
    AMQP_URL: broker.urls.camera,
    DATA: cameraFolder(data),
    CAMERAS: cameraList(options),
    MEDIA_FOLDERS: mediaFolders(data, env.MEDIA_FOLDERS),
  });
  await Promise.all(starting);
  if (faults) {
    onRelease(faults.revertAll);
    remarks.push('faults can be injected: --faults was given, and the page has a panel for it');
  }
  const isOurs = !stacks.functions.some(({ deployment }) => deployment.service === 'detect-faces');
  const detector = isOurs ? describeDetector(options, why) : undefined;
  return { ports, secrets, broker, prometheusUrl, alertmanagerUrl, detector, remarks };

  function runConnector(name: string, folder: string, port: number, env: Record<string, string>) {
    const file = join(root, 'connectors', folder, 'dist', 'main.js');
    if (!existsSync(file)) return missing(`connectors/${folder}`);
    const connector = supervisor.part(name, { file, env: () => ({ ...env, HOST: '127.0.0.1', PORT: `${port}` }) });
    onRelease(() => connector.stop());
    targets.write(name, [{ instance: name, port }]);
    reportReady(name, () => answers(`http://127.0.0.1:${port}/readyz`));
  }

  function reportReady(name: string, check: () => boolean | Promise<boolean>) {
    const ready = waitFor(`${name} (logs in ${join(data, 'logs')})`, check, { timeout: READY_MS, every: 100 }).then(
      () => signal.aborted || say(`${name} is up`),
    );
    ready.catch(() => {}); // reported where all are awaited
    starting.push(ready);
  }
}

/** As long as a part may take to get ready on a busy machine. */
const READY_MS = 60_000;

/** All its replicas are ready. */
function isUp(provider: FunctionProvider, name: string): boolean {
  const fn = provider.list().find((one) => one.name === name);
  return fn !== undefined && fn.endpoints.length === fn.replicas;
}

/** Prometheus scrapes each replica that has metrics, with the function's name as the job. */
const functionTargets = ({ name, endpoints }: FunctionStatus): Target[] =>
  endpoints.filter(({ metrics }) => metrics).map(({ id, port }) => ({ job: name, instance: id, port }));
