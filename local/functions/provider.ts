import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { background } from '@framewire/runtime/process';
import type { Deployment } from '../gateway/api/deployment.ts';
import { MAX_PROCESSES, readScaleLabels } from '../gateway/api/scale-labels.ts';
import type { SecretStore } from '../gateway/api/secret-store.ts';
import { type FunctionProvider, type FunctionStatus, ProviderError } from '../gateway/faas-provider.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { deployedSpec, type FunctionSpec, folderOf } from './catalog.ts';
import { createReplicas, type ReplicaSpec, type Replicas } from './replicas.ts';
import type { FunctionProgram } from './stacks.ts';

interface Running {
  spec: FunctionSpec;
  wanted: number;
  replicas: Replicas;
  createdAt: string;
}

export interface ProcessProvider extends FunctionProvider {
  /** Starts one of the system's own functions. False where it is not built. */
  run(spec: FunctionSpec): boolean;
  /** Ends all replicas of all functions. They finish what they have begun. */
  close(): Promise<void>;
}

/** Runs functions as processes, a replica each. @param onChange called at each change of what `list` returns. */
export function createProvider(options: {
  /** The repository. */
  root: string;
  supervisor: Supervisor;
  secrets: SecretStore;
  /** Programs of functions that somebody's stack.yml lists, by the last word of their image. */
  built?: ReadonlyMap<string, FunctionProgram>;
  /** The folder with weights. */
  models: string;
  onChange(): void;
}): ProcessProvider {
  const { root, supervisor, secrets, built = new Map<string, FunctionProgram>(), models, onChange } = options;
  const functions = new Map<string, Running>();
  /** The system's own, by the folder that they are built from: what a deployment of the same does not say is taken from there. */
  const own = new Map<string, FunctionSpec>();
  const leaving = new Set<Promise<void>>();
  const fileOf = (folder: string) => join(root, 'functions', folder, 'dist', 'main.js');
  const programOf = (folder: string) => {
    const { file, own } = built.get(folder) ?? { file: fileOf(folder), own: true };
    return own ? { file } : { file: join(root, 'local', 'dist', 'functions', 'hosted.js'), args: [file] };
  };
  const isBuilt = (folder: string) => built.has(folder) || existsSync(fileOf(folder));

  return {
    list: () => [...functions.values()].map(describe),
    run(spec) {
      own.set(folderOf(spec), spec);
      if (!isBuilt(folderOf(spec))) return false;
      start(spec, true);
      return true;
    },
    async deploy(deployment) {
      if (functions.has(deployment.service))
        throw new ProviderError(409, `function ${deployment.service} already exists`);
      start(specOf(deployment), false);
    },
    async update(deployment) {
      const running = find(deployment.service);
      running.spec = specOf(deployment, running.wanted);
      running.wanted = running.spec.replicas;
      running.replicas.replace(replicaSpec(running.spec, false), running.wanted);
      onChange();
    },
    async remove(name) {
      const { replicas } = find(name);
      functions.delete(name);
      onChange();
      const ended = replicas.close();
      leaving.add(ended);
      background(
        ended.finally(() => leaving.delete(ended)),
        options.supervisor.log,
        'removing a function',
      );
    },
    async scale(name, replicas) {
      const running = find(name);
      const max = running.spec.port === undefined ? MAX_PROCESSES : 1;
      if (replicas < 1 || replicas > max)
        throw new ProviderError(400, `${name}: from 1 to ${max} replicas run on this machine`);
      running.wanted = replicas;
      running.replicas.scale(replicas);
      onChange();
    },
    async close() {
      await Promise.all([...leaving, ...[...functions.values()].map(({ replicas }) => replicas.close())]);
    },
  };

  function find(name: string): Running {
    const running = functions.get(name);
    if (!running) throw new ProviderError(404, `function ${name} not found`);
    return running;
  }

  function start(spec: FunctionSpec, required: boolean): void {
    const { name, replicas: wanted } = spec;
    const replicas = createReplicas({ name, spec: replicaSpec(spec, required), supervisor, onChange });
    functions.set(name, { spec, wanted, replicas, createdAt: new Date().toISOString() });
    replicas.scale(wanted);
    onChange();
  }

  /** @throws ProviderError when it cannot run here. */
  function specOf(deployment: Deployment, wanted?: number): FunctionSpec {
    const spec = deployedSpec(deployment, own, secrets, models);
    if (!isBuilt(folderOf(spec))) throw new ProviderError(400, unknownImage(deployment.image));
    const missing = deployment.secrets.filter((name) => !secrets.has(name));
    if (missing.length) throw new ProviderError(400, `unable to fetch secrets: not found: ${missing.join(', ')}`);
    const { min } = readScaleLabels(deployment.labels);
    const max = spec.port === undefined ? MAX_PROCESSES : 1;
    return { ...spec, replicas: Math.min(max, Math.max(min, wanted ?? 1)) };
  }

  function unknownImage(image: string): string {
    const all = [...new Set([...readdirSync(join(root, 'functions')).filter(isBuilt), ...built.keys()])];
    return `image ${image}: no containers run here; allowed: an image named after a function that is built, such as example/${all[0]}:latest (${all.join(', ')})`;
  }

  function replicaSpec(spec: FunctionSpec, required: boolean): ReplicaSpec {
    return { ...programOf(folderOf(spec)), env: spec.env, port: spec.port, host: spec.host, required };
  }

  function describe({ spec, wanted, replicas, createdAt }: Running): FunctionStatus {
    return {
      name: spec.name,
      image: spec.image,
      labels: spec.labels,
      annotations: spec.annotations,
      secrets: spec.secrets ?? [],
      replicas: wanted,
      endpoints: replicas.endpoints,
      createdAt,
      log: supervisor.logFile(spec.name),
    };
  }
}
