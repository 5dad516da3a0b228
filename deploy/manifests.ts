/** For tests alone: what stands in deploy/ and stack.yml, read as data. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const at = (path: string) => join(root, path);

export interface Manifest {
  file: string;
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: Kubernetes' schemas say what it is
  spec?: any;
}

/** Every object for Kubernetes below a folder of ours. */
export function readManifests(folder: string): Manifest[] {
  return readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(at(join(folder, file)), 'utf8')).map((document) => ({
        file: join(folder, file),
        ...(document.toJS() as Omit<Manifest, 'file'>),
      })),
    );
}

/** @throws Error with what its schema does not allow. */
export async function validate({ file, ...object }: Manifest): Promise<void> {
  const { apiVersion, kind } = object;
  const family = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  const path = `node_modules/${family}/${apiVersion}/${kind}.js`;
  if (!existsSync(at(path))) throw new Error(`${file}: ${apiVersion} ${kind} is no kind of Kubernetes`);
  const Model = (await import(at(path)))[kind];
  new Model(object).validate();
}

export interface StackFunction {
  lang: string;
  handler: string;
  build_args: Record<string, string | null>;
  build_options?: string[];
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  /** Null is empty. */
  environment: Record<string, string | number | null>;
  secrets?: string[];
  readonly_root_filesystem?: boolean;
}

/** The functions of stack.yml and stack.sightings.yml, each variable at what it falls back to. */
export function readStack(): Record<string, StackFunction> {
  const functions = ['stack.yml', 'stack.sightings.yml'].map(
    (file) => parse(readFileSync(at(file), 'utf8').replace(/\$\{\w+:-([^}]*)\}/g, '$1')).functions,
  );
  return Object.assign({}, ...functions);
}

/** The containers of a workload, and the pod that they are in. */
export function podOf({ kind, spec }: Manifest) {
  return ['Deployment', 'StatefulSet', 'Job'].includes(kind) ? spec.template.spec : undefined;
}

/** `20s`, `1h` as OpenFaaS writes them, in milliseconds. */
export function milliseconds(text: string | number | null | undefined): number {
  const [, amount, unit] = /^(\d+)(s|m|h)?$/.exec(`${text}`) ?? [];
  if (!amount) throw new Error(`no duration: ${text}`);
  return Number(amount) * { s: 1_000, m: 60_000, h: 3_600_000 }[(unit as 's' | 'm' | 'h' | undefined) ?? 's']!;
}
