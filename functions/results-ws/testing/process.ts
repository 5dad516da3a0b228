/** For tests alone: results-ws as a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { buildProgram } from '@framewire/testkit';

export interface Program {
  start(env: Record<string, string>): Running;
  /** Removes what was built. */
  remove(): void;
}

export interface Running {
  child: ChildProcess;
  /** What it wrote to standard error. */
  said(): string;
  /** Where it listens; rejects when it ends first. */
  url(): Promise<string>;
}

export async function buildResults(): Promise<Program> {
  const { file, remove } = await buildProgram({ part: 'functions/results-ws' });
  return {
    start(env) {
      let said = '';
      const child = fork(file, { env: { ...process.env, PORT: '0', LOG_LEVEL: 'silent', ...env }, silent: true });
      child.stderr!.on('data', (text) => {
        said += text;
      });
      const listening = once(child, 'message').then(([{ listening: port }]) => `http://127.0.0.1:${port}`);
      const exited = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}: ${said}`)));
      const url = Promise.race([listening, exited]);
      url.catch(() => {}); // a test may not ask
      exited.catch(() => {});
      return { child, said: () => said, url: () => url };
    },
    remove,
  };
}
