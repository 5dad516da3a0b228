import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import type { FunctionStatus } from '../../local/gateway/faas-provider.ts';
import { NAMESPACE } from '../../local/gateway/faas-provider.ts';
import { freePorts } from '../../local/supervisor/free-ports.ts';
import { end } from '../../testkit/system/part.ts';

/** The one function that there is. */
export const EMPTY = 'empty';
const USER = 'admin';
const PASSWORD = 'bench';

/** OpenFaaS's gateway where OPENFAAS_GATEWAY names a built one, else the local one: both before the same function. */
export interface BenchGateway {
  /** Which gateway it is. */
  what: string;
  url: string;
  /** A folder with `basic-auth-user` and `basic-auth-password`, as OpenFaaS mounts them. */
  secrets: string;
  password: string;
  pid(): number;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param functionUrl of the empty function, which is the provider too. */
export async function startGateway(functionUrl: string, topic: string): Promise<BenchGateway> {
  const secrets = mkdtempSync(join(tmpdir(), 'framewire-bench-secrets-'));
  writeFileSync(join(secrets, 'basic-auth-user'), USER);
  writeFileSync(join(secrets, 'basic-auth-password'), PASSWORD);
  const { OPENFAAS_GATEWAY: binary, OPENFAAS_GATEWAY_PORT: givenPort = '8080' } = process.env;
  // OpenFaaS's listens where it was built to listen
  const port = binary ? Number(givenPort) : (await freePorts(1))[0]!;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const gateway: BenchGateway = {
    what: binary ? "OpenFaaS's gateway" : 'the local gateway',
    url,
    secrets,
    password: PASSWORD,
    pid: () => child!.pid!,
    async start() {
      child = binary ? runOpenFaas(binary, functionUrl, secrets) : runLocal(functionUrl, topic, port, secrets);
      await waitFor('the gateway', async () => (await fetch(`${url}/healthz`)).ok, { timeout: 30_000 });
    },
    kill: () => end(child!, 'SIGKILL'),
    async stop() {
      await gateway.kill();
      rmSync(secrets, { recursive: true });
    },
  };
  try {
    await gateway.start();
    return gateway;
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

function runOpenFaas(binary: string, functionUrl: string, secrets: string): ChildProcess {
  return spawn(binary, {
    stdio: 'ignore',
    env: {
      functions_provider_url: `${functionUrl}/`,
      function_namespace: NAMESPACE,
      basic_auth: 'true',
      secret_mount_path: secrets,
      scale_from_zero: 'false',
      faas_prometheus_host: '127.0.0.1',
      faas_prometheus_port: new URL(functionUrl).port,
      max_idle_conns: '1024',
      max_idle_conns_per_host: '1024',
    },
  });
}

function runLocal(functionUrl: string, topic: string, port: number, secrets: string): ChildProcess {
  const status: FunctionStatus = {
    name: EMPTY,
    image: EMPTY,
    labels: {},
    annotations: { topic, 'framewire.concurrency': '48' },
    secrets: [],
    replicas: 1,
    endpoints: [{ id: EMPTY, port: Number(new URL(functionUrl).port) }],
    createdAt: new Date().toISOString(),
    log: '',
  };
  const child = fork('local/dist/gateway/main.js', {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      ...process.env,
      PORT: `${port}`,
      METRICS_PORT: '0',
      BASIC_AUTH_PASSWORD: PASSWORD,
      SECRETS_FOLDER: secrets,
      LOG_LEVEL: 'silent',
    },
  });
  child.on('message', (message: object) => 'hello' in message && child.send({ functions: [status] }));
  return child;
}
