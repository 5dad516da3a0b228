/** The containers as one system: a broker and a gateway on this machine, everything else from images. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrokerUser, permissions, type ResultRecord, topology } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog, testBroker } from '@framewire/testkit';
import { readStack } from '../../deploy/manifests.ts';
import { declare } from '../../deploy/topology/apply.ts';
import { createEmptyVhost } from '../../deploy/topology/testing/vhost.ts';
import { createSecretStore } from '../../local/gateway/api/secret-store.ts';
import { createGateway } from '../../local/gateway/server.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { type Container, docker, runContainer } from './docker.ts';

export interface ContainerSystem {
  images: Images;
  /** Those that the gateway sends frames to. */
  detectors: Container[];
  connector: Container;
  ingest: Container;
  results: Container;
  /** Starts another replica and waits until it takes requests. */
  addDetector(): Promise<Container>;
  /** As Kubernetes ends a pod: no new request is sent to it, and it gets SIGTERM at the same time. @returns its exit code */
  endDetector(container: Container): Promise<number>;
  startConnector(): Promise<Container>;
  /** Every outcome so far. */
  outcomes: ResultRecord[];
  stop(): Promise<void>;
}

export interface Images {
  detect: string;
  ingest: string;
  results: string;
  connector: string;
}

export const KEY = 'a-key';
export const authorization = { authorization: `Bearer ${KEY}` };

export async function startSystem(images: Images): Promise<ContainerSystem> {
  const closers: (() => unknown)[] = [];
  try {
    const host = await hostAddress();
    const vhost = await createEmptyVhost();
    closers.push(() => vhost.drop());
    const broker = new URL(testBroker.amqp);
    const port = await forward(host, Number(broker.port), closers);

    const users = permissions();
    const grants = Object.entries(users).map(([part, grant]) => ({
      part,
      name: vhost.user(),
      password: 'pass',
      ...grant,
    }));
    await declare(vhost.admin, { topology: topology(), users: grants.map(({ part: _, ...grant }) => grant), nodes: 1 });
    const address = (part: BrokerUser) =>
      `amqp://${grants.find((one) => one.part === part)!.name}:pass@${host}:${port}/${decodeURIComponent(vhost.admin.vhost)}`;

    const secrets = mkdtempSync(join(tmpdir(), 'framewire-images-'));
    closers.push(() => rmSync(secrets, { recursive: true, force: true }));
    for (const [name, value] of Object.entries({
      'ingest-amqp-url': address('ingest'),
      'results-amqp-url': address('results'),
      'amqp-url': address('connector'),
      'ingest-key': KEY,
      'results-key': KEY,
      'camera-key': KEY,
      'basic-auth-password': 'gateway',
    }))
      writeFileSync(join(secrets, name), value);
    chmodSync(secrets, 0o755); // its readers are no root

    const results = openResultLog(`${testBroker.amqp}/${decodeURIComponent(vhost.admin.vhost)}`);
    closers.push(() => results.close());

    const detectors: Container[] = [];
    const { annotations = {}, labels = {} } = readStack()['detect-faces']!;
    const unused = () => Promise.reject(new Error('not asked for here'));
    const gateway = createGateway({
      provider: {
        list: () => [
          {
            name: 'detect-faces',
            image: images.detect,
            labels,
            annotations,
            secrets: [],
            replicas: detectors.length,
            endpoints: detectors.map(({ id, port }) => ({ id, port })),
            createdAt: new Date().toISOString(),
            log: '',
          },
        ],
        scale: unused,
        deploy: unused,
        update: unused,
        remove: unused,
      },
      secrets: createSecretStore(secrets),
      username: 'admin',
      password: 'gateway',
      upstreamTimeoutMs: 60_000,
      registry: createRegistry(),
      log: silentLog,
    });
    closers.push(() => gateway.close());
    const gatewayPort = await listen(gateway as unknown as Server, host);

    const env = (name: string) =>
      Object.fromEntries(Object.entries(readStack()[name]!.environment).map(([key, value]) => [key, `${value ?? ''}`]));
    const keep = async (container: Container) => {
      closers.push(() => container.remove());
      return container;
    };
    const ready = (container: Container, path = '/_/ready') =>
      waitFor(`${path} of a container`, async () => (await fetch(`http://127.0.0.1:${container.port}${path}`)).ok, {
        timeout: 60_000,
        every: 200,
      }).catch(async (error: Error) => {
        throw new Error(`${error.message}\n${await container.logs()}`);
      });
    const addDetector = async () => {
      const container = await keep(await runContainer(images.detect, { env: env('detect-faces') }));
      await ready(container);
      detectors.push(container);
      return container;
    };
    const startConnector = async () => {
      const container = await keep(
        await runContainer(images.connector, {
          secrets,
          env: { GATEWAY_URL: `http://${host}:${gatewayPort}`, REFRESH_MS: '200' },
        }),
      );
      await ready(container, '/readyz');
      return container;
    };

    await addDetector();
    const ingest = await keep(await runContainer(images.ingest, { secrets, env: env('ingest-frame') }));
    const resultsWs = await keep(
      await runContainer(images.results, {
        secrets,
        env: { ...env('results-ws'), GATEWAY_URL: '', PROMETHEUS_URL: '' },
      }),
    );
    await ready(ingest);
    await ready(resultsWs);
    return {
      images,
      detectors,
      ingest,
      results: resultsWs,
      connector: await startConnector(),
      addDetector,
      startConnector,
      async endDetector(container) {
        detectors.splice(detectors.indexOf(container), 1);
        return container.stop();
      },
      outcomes: results.records,
      stop: () => close(closers),
    };
  } catch (error) {
    await close(closers);
    throw error;
  }
}

/** Where containers reach this machine: docker names it, or it is the first address of the subnet. */
async function hostAddress(): Promise<string> {
  const format = '{{with index .IPAM.Config 0}}{{.Gateway}},{{.Subnet}}{{end}}';
  const [gateway, subnet] = (await docker('network', 'inspect', 'bridge', '--format', format)).split(',');
  return gateway || subnet!.replace(/\d+\/\d+$/, '1');
}

async function close(closers: (() => unknown)[]): Promise<void> {
  for (const release of closers.reverse()) await Promise.resolve(release()).catch(() => {});
}

/** The broker of the tests stands on loopback, which a container does not see. */
async function forward(host: string, port: number, closers: (() => unknown)[]): Promise<number> {
  const server = createServer((from) => {
    const to = dial(port, '127.0.0.1');
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  });
  closers.push(() => server.close());
  return listen(server, host);
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve((server.address() as { port: number }).port));
  });
}
