import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { splitAddresses } from '@framewire/runtime/amqp';
import { waitFor, within } from '@framewire/runtime/process';
import { ARTIFACTS, ROOT } from './paths.ts';
import { freePortBase } from './ports.ts';
import { type Addresses, readSummary } from './summary.ts';

/** Where a system is and what it runs on; can be handed from process to process. */
export interface SystemInfo extends Addresses {
  base: number;
  /** Its folder: logs, secrets, the broker's data. */
  data: string;
  /** Of the start command. */
  pid: number;
  /** The camera connector's list: `<cameras>/<id>`. */
  cameras: string;
  /** RabbitMQ's management API, as an administrator. */
  management: string;
  /** From the command until it printed its summary, seconds. */
  seconds: number;
}

export interface System extends SystemInfo {
  /** All that it printed so far. */
  output(): string;
  /** Resolves with the exit code once the start command has ended by itself or by a signal. */
  exited: Promise<number | null>;
  /** Starts it again with the same folder and ports, after the start command was killed. `pid` and `exited` change. */
  restart(): Promise<void>;
  /** Sends Ctrl-C as a terminal does, to the whole process group. Waits for the end. @returns the exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  /** Flags behind `npm start --`. */
  args?: string[];
  /** A folder that outlives it; one of its own otherwise. */
  data?: string;
  base?: number;
  /** Environment variables, in addition to ours; undefined removes one. */
  env?: Record<string, string | undefined>;
  /** Folder with weights; FRAMEWIRE_MODELS by default. */
  models?: string;
  /** Instead of that: where it downloads weights from, as a first start does. Otherwise nothing is downloaded. */
  mirror?: string;
  /** Uses this broker instead of a private one. Both addresses as an administrator. */
  broker?: { amqp: string; management: string };
  /** Whether it follows objects and keeps what cameras saw; not by default, since most tests need nothing of it. */
  sightings?: boolean;
  /** Starts it with `npm start` and not with the script behind it. */
  npm?: boolean;
}

const START_MS = 240_000;
const END_MS = 60_000;

/** Starts the whole system as a person does. Resolves once it has printed its summary. */
export async function startSystem(options: StartOptions = {}): Promise<System> {
  const data = options.data ?? newData();
  const base = options.base ?? (await freePortBase());
  const system = { restart, stop, output: () => running.output() } as System;
  let running = launch(options, data, base);
  await untilUp();
  return system;

  async function untilUp(): Promise<void> {
    const startedAt = performance.now();
    await waitFor('the end of the start', () => running.isOver() || running.output().includes('Ctrl-C\n'), {
      timeout: START_MS,
    });
    if (running.isOver()) {
      keepLogs(data);
      throw new Error(`the system did not start:\n${running.output()}`);
    }
    Object.assign(system, {
      ...readSummary(running.output()),
      base,
      data,
      pid: running.child.pid!,
      cameras: `http://127.0.0.1:${base + 12}/cameras`,
      seconds: (performance.now() - startedAt) / 1000,
      exited: running.exited,
      ...options.broker,
    });
    system.management = options.broker?.management ?? managementOf(system);
  }

  async function restart(): Promise<void> {
    running = launch(options, data, base);
    await untilUp();
  }

  async function stop(): Promise<number | null> {
    if (!running.isOver()) process.kill(-running.child.pid!, 'SIGINT');
    const code = await within(END_MS, `the end of the system:\n${running.output()}`, running.exited);
    keepLogs(data);
    if (!options.data) rmSync(data, { recursive: true, force: true });
    return code;
  }
}

export const newData = (): string => mkdtempSync(join(tmpdir(), 'framewire-system-'));

interface Running {
  child: ChildProcess;
  output(): string;
  isOver(): boolean;
  exited: Promise<number | null>;
}

function launch(options: StartOptions, data: string, base: number): Running {
  const { args = [], env, broker, npm, mirror, models = process.env.FRAMEWIRE_MODELS } = options;
  const weights = mirror ? [] : models ? ['--models', models] : ['--no-download'];
  const own = ['--port-base', String(base), '--data', data, ...weights];
  if (!options.sightings) own.push('--no-sightings');
  const [command, ...before] = npm ? ['npm', 'start', '--'] : [process.execPath, 'setup/start.mjs'];
  const child = spawn(command!, [...before, ...own, ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      AMQP_URL: broker?.amqp,
      RABBITMQ_MANAGEMENT_URL: broker?.management,
      PROMETHEUS_URL: undefined,
      FRAMEWIRE_MODELS_MIRROR: mirror,
      ...env,
      npm_lifecycle_event: 'start', // as under npm, it ends when its parent has ended, even by a kill
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group, as a shell gives each command one
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return {
    child,
    output: () => output,
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    exited: once(child, 'exit').then(([code]) => code as number | null),
  };
}

/** The private broker's, by the user and password of its AMQP address. */
function managementOf({ amqp, base }: SystemInfo): string {
  const { username, password } = new URL(splitAddresses(amqp)[0]!);
  return `http://${username}:${password}@127.0.0.1:${base + 31}`;
}

/** After a test, keeps what the processes wrote, to find out why it failed. */
function keepLogs(data: string): void {
  if (!process.env.VITEST || !existsSync(join(data, 'logs'))) return;
  const folder = join(ARTIFACTS, 'logs', basename(data));
  mkdirSync(folder, { recursive: true });
  cpSync(join(data, 'logs'), folder, { recursive: true });
}
