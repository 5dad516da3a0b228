import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { waitFor, within } from '@framewire/runtime/process';
import { answers } from '../local/supervisor/supervisor.ts';

/** One built process of ours, alone. */
export interface Forked {
  pid: number;
  /** Where it listens. */
  url: string;
  /** A message that it sent its parent. */
  onMessage(listener: (message: object) => void): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 60_000;

/** Resolves when it listens and says that it is ready. @throws Error with its last words */
export async function forkPart(file: string, env: Record<string, string>, args: string[] = []): Promise<Forked> {
  const child = fork(file, args, {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-2_000);
  });
  const listening = new Promise<number>((resolve, reject) => {
    child.on('message', (message: { listening?: number }) => message.listening && resolve(message.listening));
    child.once('exit', () => reject(new Error(`${file} ended: ${said}`)));
  });
  listening.catch(() => {});
  const url = `http://127.0.0.1:${await within(START_MS, file, listening)}`;
  await waitFor(`${file} to be ready`, () => answers(`${url}/readyz`), { timeout: START_MS });
  return {
    pid: child.pid!,
    url,
    onMessage: (listener) => void child.on('message', listener),
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
