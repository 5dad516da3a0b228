/** For tests alone: the connector as a process of its own. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds it into a folder of this test's own, since Node 20 does not run TypeScript. */
export async function buildConnector(): Promise<{ main: string; remove(): Promise<void> }> {
  const out = at(`node_modules/.cache/test-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await promisify(execFile)(process.execPath, [
    at('../../node_modules/esbuild/bin/esbuild'),
    ...[at('main.ts'), `--outdir=${out}`, '--bundle', '--platform=node', '--format=esm', '--packages=external'],
    `--alias:@framewire/contract=${at('../../contract/index.ts')}`,
    `--alias:@framewire/runtime=${at('../../runtime')}`,
  ]);
  return { main: join(out, 'main.js'), remove: () => rm(out, { recursive: true, force: true }) };
}

export interface Connector {
  child: ChildProcess;
  /** What it has logged. */
  said(): string;
  /** `http://127.0.0.1:<port>` once it listens. */
  origin: Promise<string>;
  /** Its exit code, when it has ended. */
  exited: Promise<number | null>;
  /** Ends it, and resolves with its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export function startConnector(main: string, env: Record<string, string>): Connector {
  let said = '';
  const child = fork(main, { env: { ...process.env, PORT: '0', ...env }, silent: true });
  child.stderr!.on('data', (text) => {
    said += text;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const origin = once(child, 'message').then(([{ listening }]) => `http://127.0.0.1:${listening}`);
  return {
    child,
    said: () => said,
    origin,
    exited,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
