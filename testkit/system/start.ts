import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { waitFor, within } from '@framewire/runtime/process';
import { ARTIFACTS, ROOT } from './paths.ts';
import { freePortBase } from './ports.ts';
import { type Addresses, readSummary } from './summary.ts';

/** Where a system is and what it runs on; can be handed from process to process. */
export interface SystemInfo extends Addresses {
  base: number;
  data: string;
  /** Of the process that started it. */
  pid: number;
  /** The camera connector's list: `<cameras>/<id>`. */
  cameras: string;
  /** From the command until its summary stood there, seconds. */
  seconds: number;
}

export interface System extends SystemInfo {
  /** All that it printed so far. */
  output(): string;
  /** Resolves with its exit code when it has ended by itself or by a signal. */
  exited: Promise<number | null>;
  /** Ctrl-C, as a terminal sends it: to the whole process group. Waits for the end; the exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  /** What a person would write behind `npm start --`. */
  args?: string[];
  /** A folder that outlives it; one of its own otherwise. */
  data?: string;
  base?: number;
  /** Variables that a person would set before. */
  env?: Record<string, string>;
  /** By `npm start` rather than by what that runs. */
  npm?: boolean;
}

const START_MS = 240_000;
const END_MS = 60_000;

/** Starts the whole system as a person does and resolves when its summary stands there. */
export async function startSystem({ args = [], data: given, base, env, npm }: StartOptions = {}): Promise<System> {
  const data = given ?? newData();
  base ??= await freePortBase();
  const startedAt = performance.now();
  const models = process.env.FRAMEWIRE_MODELS ? ['--models', process.env.FRAMEWIRE_MODELS] : [];
  const own = ['--port-base', String(base), '--data', data, ...models];
  const [command, ...before] = npm ? ['npm', 'start', '--'] : [process.execPath, 'setup/start.mjs'];
  const child = spawn(command!, [...before, ...own, ...args], {
    cwd: ROOT,
    // as under npm, it ends when whoever started it is gone, be it a test run that was killed
    env: { ...process.env, ...env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group, as a shell gives each command one
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;

  await waitFor('the end of the start', () => isOver() || output.includes('Ctrl-C\n'), { timeout: START_MS });
  if (isOver()) {
    keepLogs(data);
    throw new Error(`the system did not start:\n${output}`);
  }
  return {
    ...readSummary(output),
    base,
    data,
    pid: child.pid!,
    cameras: `http://127.0.0.1:${base + 12}/cameras`,
    seconds: (performance.now() - startedAt) / 1000,
    output: () => output,
    exited,
    async stop() {
      if (!isOver()) process.kill(-child.pid!, 'SIGINT');
      const code = await within(END_MS, `the end of the system:\n${output}`, exited);
      keepLogs(data);
      if (!given) rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}

export const newData = (): string => mkdtempSync(join(tmpdir(), 'framewire-e2e-'));

/** What the processes wrote, for whoever has to find out why a test failed. */
function keepLogs(data: string): void {
  if (!existsSync(join(data, 'logs'))) return;
  const folder = join(ARTIFACTS, 'logs', basename(data));
  mkdirSync(folder, { recursive: true });
  cpSync(join(data, 'logs'), folder, { recursive: true });
}
