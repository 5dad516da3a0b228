import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { waitFor, within } from '@framewire/runtime/process';

/** One built part as a process of its own. */
export interface RunningPart {
  pid: number;
  /** Where it listens. */
  url: string;
  stop(): Promise<void>;
}

const START_MS = 60_000;

/** Resolves once it listens and is ready. @throws Error with what it wrote last. */
export async function forkPart(file: string, env: Record<string, string>, args: string[] = []): Promise<RunningPart> {
  const child = fork(file, args, {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output = (output + chunk).slice(-2_000);
  });
  const listening = new Promise<number>((resolve, reject) => {
    child.on('message', (message: { listening?: number }) => message.listening && resolve(message.listening));
    child.once('exit', () => reject(new Error(`${file} ended: ${output}`)));
  });
  listening.catch(() => {});
  const url = `http://127.0.0.1:${await within(START_MS, file, listening)}`;
  await waitFor(`${file} to be ready`, async () => (await fetch(`${url}/readyz`)).ok, { timeout: START_MS });
  return {
    pid: child.pid!,
    url,
    stop: () => end(child, 'SIGTERM'),
  };
}

/** Sends a signal and waits for the exit; returns at once where it has exited already or never started. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
