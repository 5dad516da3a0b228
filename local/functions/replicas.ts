import { randomBytes } from 'node:crypto';
import { background, sleep } from '@framewire/runtime/process';
import type { Endpoint } from '../gateway/faas-provider.ts';
import type { SupervisedProcess } from '../supervisor/supervised-process.ts';
import { answers, type Supervisor, untilReady } from '../supervisor/supervisor.ts';

/** What each replica of a function is started with. */
export interface ReplicaSpec {
  /** The built `main.js`. */
  file: string;
  args?: string[];
  env: Record<string, string>;
  /** The port of the one replica; any free one for each where absent. */
  port?: number;
  /** What it binds to: loopback, or all addresses of this machine. Here it is reached by loopback either way. */
  host?: string;
  /** A wrong setting ends the whole system, instead of being tried again and again. */
  required: boolean;
}

interface Replica {
  id: string;
  process: SupervisedProcess;
  port?: number;
  ready: boolean;
  /** Whether it has /metrics: our own functions do, somebody else's may not. */
  metrics: boolean;
}

/** The processes of one function. */
export interface Replicas {
  /** Those that take requests. */
  readonly endpoints: Endpoint[];
  scale(count: number): void;
  /** Starts `count` replicas by another spec. An old one is retired for each new one that is ready. */
  replace(spec: ReplicaSpec, count: number): void;
  /** All leave the rotation at once; resolves when they have finished and ended. */
  close(): Promise<void>;
}

/** From leaving the rotation until SIGTERM, milliseconds: the gateway has to notice first. */
const DRAIN_DELAY_MS = 200;

/** @param onChange called when a replica becomes ready or stops being ready. */
export function createReplicas(options: {
  name: string;
  spec: ReplicaSpec;
  supervisor: Supervisor;
  onChange(): void;
}): Replicas {
  const { name, supervisor, onChange } = options;
  let { spec } = options;
  let current: Replica[] = [];
  /** Replicas of an earlier spec, each until one of the present spec is ready in its place. */
  const outgoing: Replica[] = [];
  const leaving = new Set<Promise<void>>();

  return {
    get endpoints() {
      return [...outgoing, ...current].flatMap(({ id, port, ready, metrics }) =>
        ready && port !== undefined ? [{ id, port, metrics }] : [],
      );
    },
    scale,
    replace(next, count) {
      outgoing.push(...current);
      current = [];
      spec = next;
      if (spec.port === undefined) return scale(count);
      // the port has to be free first
      inBackground(retireAll().then(() => scale(count)));
    },
    async close() {
      outgoing.push(...current);
      current = [];
      inBackground(retireAll());
      await Promise.all(leaving);
    },
  };

  function scale(count: number): void {
    while (current.length < count) current.push(start(spec));
    // the newest go first
    for (const replica of current.splice(count)) inBackground(retire(replica));
  }

  function start({ file, args, env, port, host = '127.0.0.1', required }: ReplicaSpec): Replica {
    const replica = { id: '', ready: false, metrics: true } as Replica;
    replica.process = supervisor.part(name, {
      file,
      args,
      required,
      env() {
        replica.id = `${name}-${randomBytes(3).toString('hex').slice(0, 5)}`;
        // the gateway says for which host it was asked
        return { TRUST_PROXY: 'loopback', ...env, HOST: host, PORT: `${port ?? 0}`, HOSTNAME: replica.id };
      },
      onStart(child) {
        child.on('message', ({ listening }: { listening?: number }) => {
          if (listening === undefined) return;
          replica.port = listening;
          inBackground(
            join(replica, { stillWanted: () => replica.process.child === child, foreign: args !== undefined }),
          );
        });
      },
      onEnd() {
        replica.port = undefined;
        replica.ready = false;
        onChange();
      },
    });
    return replica;
  }

  /** Takes requests once it is ready. */
  async function join(
    replica: Replica,
    { stillWanted, foreign }: { stillWanted(): boolean; foreign: boolean },
  ): Promise<void> {
    const { port } = replica;
    const ready = await untilReady(port!, stillWanted);
    if (foreign) replica.metrics = await answers(`http://127.0.0.1:${port}/metrics`);
    replica.ready = ready && stillWanted();
    if (replica.ready) retireOutgoing();
    onChange();
  }

  function inBackground(work: Promise<unknown>): void {
    background(work, supervisor.log, `moving replicas of ${name}`);
  }

  function retireOutgoing(): void {
    if (current.every(({ ready }) => ready)) inBackground(retireAll());
    else {
      const [oldest] = outgoing.splice(0, 1);
      if (oldest) inBackground(retire(oldest));
    }
  }

  async function retireAll(): Promise<void> {
    await Promise.all(outgoing.splice(0).map(retire));
  }

  function retire(replica: Replica): Promise<void> {
    const ended = sleep(DRAIN_DELAY_MS).then(() => replica.process.stop());
    leaving.add(ended);
    return ended.finally(() => leaving.delete(ended));
  }
}
