import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@framewire/runtime/process';

/** Secrets of functions as files, for their owner alone: one process writes them, others read. */
export interface SecretStore {
  list(): string[];
  has(name: string): boolean;
  put(name: string, value: Uint8Array | string): void;
  remove(name: string): void;
  /** The file that holds it. */
  path(name: string): string;
}

/** A name as Kubernetes allows it; it is a file's name here too. */
export const isSecretName = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);

export function createSecretStore(folder: string): SecretStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(folder, name);
  const list = () => readdirSync(folder).filter(isSecretName).sort();
  return {
    list,
    has: (name) => list().includes(name),
    put: (name, value) => writeFileAtomicSync(path(name), value),
    remove: (name) => rmSync(path(name)),
    path,
  };
}
