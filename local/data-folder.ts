import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What of a data folder is the system's own: pictures of people lie in the broker's files, and passwords in the others. */
const OWN = [
  'rabbitmq',
  'rabbitmq-2',
  'rabbitmq-3',
  'erlang',
  'prometheus',
  'alertmanager',
  'logs',
  'camera',
  'function-secrets',
  'secrets.json',
  'run.json',
];
/** The rights of everybody but the owner, and the bit of a folder in which all may write, as in /tmp. */
const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Makes a data folder for its owner alone, and all that is written from now on, by this process or by those that it starts. What an
 * earlier version left open there is closed. A folder with nothing of the system in it may be anything: it keeps its rights.
 * @throws Error of the file system, where it cannot be made.
 */
export function closeDataFolder(data: string): void {
  process.umask(OTHERS);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const own = OWN.map((name) => join(data, name)).filter(existsSync);
  for (const path of own) closeAll(path);
  if (own.length > 0 || readdirSync(data).length === 0) close(data);
}

function closeAll(path: string): void {
  try {
    const kind = lstatSync(path);
    if (kind.isSymbolicLink()) return;
    close(path);
    if (kind.isDirectory()) for (const name of readdirSync(path)) closeAll(join(path, name));
  } catch {
    // it disappeared meanwhile, or belongs to somebody else
  }
}

function close(path: string): void {
  const { mode } = lstatSync(path);
  if ((mode & OTHERS) === 0 || (mode & STICKY) !== 0) return;
  try {
    chmodSync(path, mode & 0o7700);
  } catch {
    // its owner decides
  }
}
