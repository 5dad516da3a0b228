/** For tests alone: track-objects as a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram } from '@framewire/testkit';

export interface Running {
  child: ChildProcess;
  url: string;
  /** Ends it as the kernel does: it can do nothing about it. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  metrics(): Promise<string>;
}

export interface Program {
  /** Resolves when it is ready. */
  start(amqp: string, name: string): Promise<Running>;
  remove(): void;
}

export async function buildTracker(): Promise<Program> {
  const { file, remove } = await buildProgram({ part: 'functions/track-objects' });
  return {
    async start(amqp, name) {
      const child = fork(file, {
        env: { ...process.env, PORT: '0', LOG_LEVEL: 'error', AMQP_URL: amqp, HOSTNAME: name },
        silent: true,
      });
      let said = '';
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (said += text));
      const exited = once(child, 'exit');
      const [{ listening }] = await Promise.race([
        once(child, 'message'),
        exited.then(([code]) => Promise.reject(new Error(`it ended with ${code}: ${said}`))),
      ]);
      exited.catch(() => {});
      const url = `http://127.0.0.1:${listening}`;
      const end = async (signal: NodeJS.Signals) => {
        child.kill(signal);
        await exited;
      };
      await waitFor('it to be ready', async () => (await fetch(`${url}/readyz`)).ok).catch((error) => {
        throw new Error(`${error.message} ${said}`);
      });
      return {
        child,
        url,
        kill: () => end('SIGKILL'),
        stop: () => end('SIGTERM'),
        metrics: async () => (await fetch(`${url}/metrics`)).text(),
      };
    },
    remove,
  };
}
