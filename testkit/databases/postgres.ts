import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { freePorts } from '../../local/supervisor/free-ports.ts';

/** A PostgreSQL of its own in a temporary folder. */
export interface TestPostgres {
  /** Its database, with the user. */
  url: string;
  /** Another empty database of it. */
  createDatabase(name: string): Promise<string>;
  /** As kill -9: no process of it lives on. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes what it kept. */
  remove(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
/** Where Debian puts the newest; undefined where there is none. */
const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
const programs = versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));

/** Why tests of it are skipped on this machine; undefined where they can run. */
export const noPostgres = programs ? undefined : 'PostgreSQL is not installed';

/** It refuses to run as root: then its own user runs it. */
const isRoot = process.getuid?.() === 0;
const as = (program: string, args: string[]): [string, string[]] =>
  isRoot ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]] : [program, args];

export async function startPostgres(): Promise<TestPostgres> {
  if (!programs) throw new Error(noPostgres);
  const bin = programs;
  const folder = mkdtempSync(join(tmpdir(), 'framewire-postgres-'));
  if (isRoot) execFileSync('chown', ['postgres:postgres', folder]);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const [port] = await freePorts(1);
  const run = (program: string, ...args: string[]) => {
    const [file, all] = as(join(bin, program), args);
    return execFileSync(file, all, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  run('initdb', '-D', data, '-U', 'framewire', '-A', 'trust', '-E', 'UTF8', '--locale=C');
  let server: ChildProcess | undefined;
  const address = (database: string) => `postgres://framewire@127.0.0.1:${port}/${database}`;

  async function start(): Promise<void> {
    const args = ['-D', data, '-p', `${port}`, '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
    const [file, all] = as(join(bin, 'postgres'), args);
    const isReady = () => {
      // it does not start while a process of one that was killed is still there
      if (!server || hasExited(server)) server = spawn(file, all, { cwd: '/', stdio: 'ignore' }).on('error', () => {});
      try {
        return run('psql', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'framewire', '-c', 'SELECT 1', 'postgres');
      } catch {
        return false;
      }
    };
    await waitFor('PostgreSQL', isReady, { timeout: 60_000, every: 200 });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    server = undefined;
    if (!ending?.pid || hasExited(ending)) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    if (signal === 'SIGKILL') {
      ending.kill('SIGSTOP'); // it starts no further process
      for (const child of childrenOf(ending.pid)) tryKill(child, signal);
    }
    ending.kill(signal);
    await exited;
  }

  await start();
  return {
    url: address('postgres'),
    async createDatabase(name) {
      run('createdb', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'framewire', name);
      return address(name);
    },
    kill: () => end('SIGKILL'),
    start,
    async remove() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const hasExited = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

function childrenOf(pid: number): number[] {
  const out = execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' });
  return out.split('\n').map(Number).filter(Boolean);
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {} // it ended in between
}
