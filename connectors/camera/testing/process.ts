import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** The connector as a process of its own. */
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
