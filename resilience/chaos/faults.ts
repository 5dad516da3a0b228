import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { sleep } from '@framewire/runtime/process';
import type { System } from '../../bench/system.ts';
import { listTargets, pidOf, type Target } from './kills.ts';

/** Something other than a kill that befalls the system and passes; no frame may be lost by it. */
export interface Fault {
  name: string;
  /** Lets it happen and pass; resolves to when it had passed, milliseconds since the epoch. */
  run(): Promise<number>;
}

/** Longer than two heartbeats of AMQP: the broker and the parts give each other up meanwhile, seconds. */
const STOPPED_S = 20;
/** The broker runs for so long, then stands still for so long, again and again: a handshake takes many of these turns. */
const SLOW = { runMs: 40, stillMs: 1_500, seconds: 30 };
const FULL_S = 20;

/** @param sizeMb of the file system that the data are on, where it is one of its own and may be filled. */
export function listFaults(system: System, sizeMb: number | undefined): Fault[] {
  const stops = listTargets(system).map((target) => ({
    name: `${target.name} stopped for ${STOPPED_S} s`,
    run: () => stop(system, target),
  }));
  const slow = { name: `a slow broker for ${SLOW.seconds} s, all connections cut`, run: () => slowBroker(system) };
  const full = { name: `a full disk for ${FULL_S} s`, run: () => fillDisk(system) };
  return [...stops, slow, ...(sizeMb === undefined ? [] : [full])];
}

async function stop(system: System, target: Target): Promise<number> {
  const pid = pidOf(system, target);
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(STOPPED_S * 1000);
  } finally {
    signal(pid, 'SIGCONT');
  }
  return Date.now();
}

async function slowBroker(system: System): Promise<number> {
  const pid = pidOf(system, { name: 'rabbitmq', index: 0 });
  await cutAll(system);
  const end = Date.now() + SLOW.seconds * 1000;
  try {
    while (Date.now() < end) {
      process.kill(pid, 'SIGSTOP');
      await sleep(SLOW.stillMs);
      process.kill(pid, 'SIGCONT');
      await sleep(SLOW.runMs);
    }
  } finally {
    signal(pid, 'SIGCONT');
  }
  return Date.now();
}

async function cutAll(system: System): Promise<void> {
  const admin = createBrokerAdmin(system.management);
  const connections = (await admin.call<{ name: string }[]>('GET', 'connections')) ?? [];
  await Promise.all(connections.map(({ name }) => admin.call('DELETE', `connections/${encodeURIComponent(name)}`)));
}

async function fillDisk({ data }: System): Promise<number> {
  const file = join(data, 'filler');
  const piece = Buffer.alloc(1024 * 1024);
  const descriptor = openSync(file, 'w', 0o600);
  const end = Date.now() + FULL_S * 1000;
  try {
    for (; Date.now() < end; await sleep(20)) {
      try {
        for (;;) writeSync(descriptor, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
  return Date.now();
}

/** A file system in memory at a folder. @returns what takes it away again; undefined where that is not allowed. */
export function mountMemory(folder: string, sizeMb: number): (() => void) | undefined {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'framewire-chaos', folder]);
  if (status !== 0) return undefined;
  return () => {
    spawnSync('umount', ['--lazy', folder]);
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it was replaced meanwhile
  }
}
