import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { sleep } from '@framewire/runtime/process';
import { freePorts } from '../../local/supervisor/free-ports.ts';

const run = promisify(execFile);

/** Runs kubectl with the cluster that it is set to, and gives what it says. @throws Error with the last of what it said. */
export async function kubectl(...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('kubectl', args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`kubectl ${args.slice(0, 4).join(' ')}: ${stderr?.slice(-1_000) || message}`);
  }
}

/** A value of a secret. @param key its own name unless said otherwise. */
export async function readSecret(namespace: string, name: string, key = name): Promise<string> {
  const format = `go-template={{index .data "${key}" | base64decode}}`;
  return kubectl('-n', namespace, 'get', 'secret', name, '-o', format);
}

export interface Pod {
  namespace: string;
  name: string;
}

/** Those that are not ending. @param selector of labels. */
export async function listPods(namespace: string, selector: string): Promise<Pod[]> {
  const { items } = JSON.parse(await kubectl('-n', namespace, 'get', 'pods', '-l', selector, '-o', 'json'));
  return (items as { metadata: { name: string; deletionTimestamp?: string } }[])
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(({ metadata }) => ({ namespace, name: metadata.name }));
}

export interface Forward {
  /** On loopback; the same for as long as it stands. */
  port: number;
  close(): void;
}

/** Milliseconds from the end of one `kubectl port-forward` to the next. */
const AGAIN_MS = 200;

/** A service's port on this machine. It ends with the pod behind it, and is then begun again. */
export async function forward(namespace: string, service: string, port: number): Promise<Forward> {
  const [own] = (await freePorts(1)) as [number];
  const ending = new AbortController();
  let opened = () => {};
  const open = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const keep = async () => {
    while (!ending.signal.aborted) {
      const child = spawn('kubectl', ['-n', namespace, 'port-forward', `svc/${service}`, `${own}:${port}`], {
        stdio: ['ignore', 'pipe', 'ignore'],
        signal: ending.signal,
      });
      child.stdout.on('data', opened);
      await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
      await sleep(AGAIN_MS, ending.signal);
    }
  };
  void keep();
  await open;
  return { port: own, close: () => ending.abort() };
}
