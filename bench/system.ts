import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withCredentials } from '@framewire/runtime/http';
import { waitFor } from '@framewire/runtime/process';
import { BROKER_ADMIN, readSecrets } from '../local/secrets.ts';
import type { Running } from './cpu.ts';
import { freePortBase } from './ports.ts';

export interface SystemOptions {
  detector: string;
  /** As many all the time, whatever the load; or bounds within which their number follows it: `1-5`. */
  replicas: number | `${number}-${number}`;
  models?: string;
  /** A stack.yml whose functions run beside the system's own. */
  stack?: string;
  /** Whether its parts can be broken on purpose. */
  chaos?: boolean;
  /** Beside or in the place of what it finds in the environment. */
  env?: Record<string, string>;
  /** Another checkout of framewire to start than this one. */
  root?: string;
  /** Its folder; one of its own otherwise. */
  data?: string;
  /** A broker to use instead of a private one. */
  broker?: { amqp: string; management: string };
}

/** framewire as a person starts it: `npm start` with a folder and ports of its own. */
export interface System {
  /** Addresses that the start prints. */
  readonly dashboard: string;
  readonly gateway: string;
  /** Of the gateway's user `admin`. */
  readonly password: string;
  readonly prometheus: string;
  /** As an administrator. */
  readonly amqp: string;
  /** RabbitMQ's management, as an administrator. */
  readonly management: string;
  /** Everything that runs for it now, the start command itself under the name `start`. */
  processes(): Running[];
  addCamera(id: string, spec: { url: string; fps: number }): Promise<void>;
  removeCamera(id: string): Promise<void>;
  /** Deploys one of its functions anew, with settings of one's own beside its usual ones; it lasts until the start command ends. */
  deploy(name: string, envVars: Record<string, string>): Promise<void>;
  /** Starts it again on the same folder and ports, once the start command was killed. */
  restart(): Promise<void>;
  /** @param keep leaves its folder where it is, for whoever looks into what went wrong. */
  stop(keep?: boolean): Promise<void>;
  /** Its folder: logs, the broker's data. */
  readonly data: string;
}

/** What a start may take on a busy machine, milliseconds. */
const START_MS = 180_000;

/** Resolves when frames can flow. @throws Error with what the start said last. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'framewire-bench-'));
  const base = await freePortBase();
  let child = await launch(options, data, base).catch((error) => {
    rmSync(data, { recursive: true, force: true });
    throw error;
  });

  return {
    dashboard: `http://127.0.0.1:${base + 10}`,
    gateway: `http://127.0.0.1:${base}`,
    password: readSecrets(data).gateway,
    prometheus: `http://127.0.0.1:${base + 20}`,
    management:
      options.broker?.management ??
      withCredentials(`http://127.0.0.1:${base + 31}`, BROKER_ADMIN, readSecrets(data).broker.admin),
    amqp:
      options.broker?.amqp ??
      withCredentials(`amqp://127.0.0.1:${base + 30}`, BROKER_ADMIN, readSecrets(data).broker.admin),
    processes: () => readRunFile(data),
    addCamera: (id, spec) => callCamera(base + 12, 'PUT', id, spec),
    removeCamera: (id) => callCamera(base + 12, 'DELETE', id),
    deploy: (name, envVars) => deploy(base, readSecrets(data).gateway, name, envVars),
    async restart() {
      child = await launch(options, data, base);
    },
    data,
    async stop(keep = false) {
      await end(child);
      if (!keep) rmSync(data, { recursive: true, force: true });
    },
  };
}

async function launch(options: SystemOptions, data: string, base: number): Promise<ChildProcess> {
  const { detector, replicas, models, stack, chaos, broker, env, root } = options;
  const args = [
    '--no-demo',
    '--detector',
    detector,
    '--replicas',
    typeof replicas === 'number' ? `${replicas}-${replicas}` : replicas,
    '--port-base',
    `${base}`,
    '--data',
    data,
  ];
  if (models) args.push('--models', models);
  if (chaos) args.push('--chaos');
  if (stack) args.push('--stack', stack);
  const child = spawn(process.execPath, ['setup/start.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    env: {
      ...process.env,
      AMQP_URL: broker?.amqp,
      RABBITMQ_MANAGEMENT_URL: broker?.management,
      PROMETHEUS_URL: undefined,
      ...env,
      npm_lifecycle_event: 'start', // as under npm: it ends when we are killed
    },
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk).slice(-4_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  try {
    await waitFor('the summary of the start', () => said.includes('Ctrl-C') || hasEnded(child), { timeout: START_MS });
    if (hasEnded(child)) throw new Error('it ended');
    return child;
  } catch (error) {
    await end(child);
    throw new Error(`the system did not start: ${(error as Error).message}; it said:\n${said}`);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

async function callCamera(port: number, method: string, id: string, body?: unknown): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/cameras/${id}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the camera connector answered ${answer.status}: ${await answer.text()}`);
}

async function deploy(base: number, password: string, service: string, envVars: Record<string, string>): Promise<void> {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const answer = await fetch(`http://127.0.0.1:${base}/system/functions`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ service, image: `framewire/${service}`, envVars }),
  });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
}

function readRunFile(data: string): Running[] {
  const { main, processes } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as {
    main: { pid: number };
    processes: Running[];
  };
  return [{ name: 'start', pid: main.pid }, ...processes.map(({ name, pid }) => ({ name, pid }))];
}
