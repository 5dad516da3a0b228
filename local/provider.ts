import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '@framewire/runtime';
import type { FunctionSpec } from './functions.ts';
import { type FunctionProvider, type FunctionStatus, ScaleError } from './gateway/status.ts';
import type { Kept } from './processes/keep.ts';
import { type Supervisor, untilReady } from './supervisor.ts';

/** Replicas that one machine is let run of one function. */
const MOST = 20;
/** From leaving the rotation until SIGTERM: the gateway has heard of it by then. */
const LEAVE_MS = 200;

interface Replica {
  id: string;
  kept: Kept;
  port?: number;
  ready: boolean;
}

interface Running {
  spec: FunctionSpec;
  wanted: number;
  replicas: Replica[];
  createdAt: string;
}

export interface ProcessProvider extends FunctionProvider {
  /** Starts a function's replicas. False where it is not built. */
  run(spec: FunctionSpec): boolean;
  /** Ends all replicas of a function; those under way finish. */
  end(name: string): Promise<void>;
}

/** Runs functions as processes, a replica each. @param onChange told at each change of what `list` says. */
export function createProvider(options: {
  /** The repository. */
  root: string;
  supervisor: Supervisor;
  onChange(): void;
}): ProcessProvider {
  const { root, supervisor, onChange } = options;
  const functions = new Map<string, Running>();
  const fileOf = (name: string) => join(root, 'functions', name, 'dist', 'main.js');

  return {
    list: () => [...functions.values()].map(describe),
    run(spec) {
      if (!existsSync(fileOf(spec.name))) return false;
      const running: Running = { spec, wanted: spec.replicas, replicas: [], createdAt: new Date().toISOString() };
      functions.set(spec.name, running);
      adjust(running);
      onChange();
      return true;
    },
    async scale(name, replicas) {
      const running = functions.get(name);
      if (!running) throw new ScaleError(`function ${name} not found`);
      const most = running.spec.port === undefined ? MOST : 1;
      if (replicas < 1 || replicas > most)
        throw new ScaleError(`${name}: from 1 to ${most} replicas run on this machine`);
      running.wanted = replicas;
      adjust(running);
      onChange();
    },
    async end(name) {
      const running = functions.get(name);
      if (!running) return;
      running.wanted = 0;
      await Promise.all(running.replicas.map(({ kept }) => kept.stop()));
    },
  };

  function adjust(running: Running): void {
    while (running.replicas.length < running.wanted) running.replicas.push(start(running.spec));
    // the newest go first
    for (const replica of running.replicas.splice(running.wanted)) void retire(replica);
  }

  function start(spec: FunctionSpec): Replica {
    const replica = { id: '', ready: false } as Replica;
    replica.kept = supervisor.part(spec.name, {
      file: fileOf(spec.name),
      env() {
        replica.id = `${spec.name}-${randomBytes(3).toString('hex').slice(0, 5)}`;
        return { ...spec.env, HOST: '127.0.0.1', PORT: `${spec.port ?? 0}`, HOSTNAME: replica.id };
      },
      onStart(child) {
        child.on('message', async (message: { listening?: number }) => {
          if (message.listening === undefined) return;
          replica.port = message.listening;
          replica.ready = await untilReady(message.listening, () => replica.kept.child === child);
          onChange();
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

  async function retire(replica: Replica): Promise<void> {
    await sleep(LEAVE_MS);
    await replica.kept.stop();
  }

  function describe({ spec, wanted, replicas, createdAt }: Running): FunctionStatus {
    return {
      name: spec.name,
      image: `process:functions/${spec.name}`,
      labels: spec.labels,
      annotations: spec.annotations,
      replicas: wanted,
      endpoints: replicas.flatMap(({ id, port, ready }) => (ready && port !== undefined ? [{ id, port }] : [])),
      createdAt,
    };
  }
}
