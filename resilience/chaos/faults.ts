import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { sleep } from '@framewire/runtime/process';
import { processOf, stopProcesses } from '../../testkit/system/processes.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';
import { listTargets, processOfTarget, type Target } from './kills.ts';

/** A fault that passes by itself; no frame may be lost by it. */
export interface Fault {
  name: string;
  /** Injects it and waits until it has passed; resolves to when that was, milliseconds since the epoch. */
  run(): Promise<number>;
}

/** Longer than two heartbeats of AMQP: the broker and the parts drop their connections meanwhile, seconds. */
const STOPPED_S = 20;
/** The broker runs for so long, then stands still for so long, again and again: a handshake takes many of these turns. */
const SLOW = { runMs: 40, stillMs: 1_500, seconds: 30 };
const FULL_S = 20;

/**
 * @param only names of parts to be stopped, and no other fault; all where there are none.
 * @param sizeMb of the file system that the data are on, where it is one of its own and may be filled.
 */
export function listFaults(system: SystemInfo, only: string[], sizeMb: number | undefined): Fault[] {
  const stops = listTargets(system, only).map((target) => ({
    name: `${target.name} stopped for ${STOPPED_S} s`,
    run: () => stop(system, target),
  }));
  if (only.length > 0) return stops;
  const slow = { name: `a slow broker for ${SLOW.seconds} s, all connections cut`, run: () => slowBroker(system) };
  const full = { name: `a full disk for ${FULL_S} s`, run: () => fillDisk(system) };
  return [...stops, slow, ...(sizeMb === undefined ? [] : [full])];
}

async function stop(system: SystemInfo, target: Target): Promise<number> {
  const resume = stopProcesses([processOfTarget(system, target)]);
  try {
    await sleep(STOPPED_S * 1000);
  } finally {
    resume();
  }
  return Date.now();
}

async function slowBroker(system: SystemInfo): Promise<number> {
  const broker = processOf(system.data, 'rabbitmq');
  await cutAll(system);
  const end = Date.now() + SLOW.seconds * 1000;
  while (Date.now() < end) {
    const resume = stopProcesses([broker]);
    try {
      await sleep(SLOW.stillMs);
    } finally {
      resume();
    }
    await sleep(SLOW.runMs);
  }
  return Date.now();
}

async function cutAll(system: SystemInfo): Promise<void> {
  const admin = createBrokerAdmin(system.management);
  const connections = (await admin.call<{ name: string }[]>('GET', 'connections')) ?? [];
  await Promise.all(connections.map(({ name }) => admin.call('DELETE', `connections/${encodeURIComponent(name)}`)));
}

async function fillDisk({ data }: SystemInfo): Promise<number> {
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

/** Mounts a file system in memory at a folder. @returns what unmounts it; undefined where mounting is not allowed. */
export function mountMemory(folder: string, sizeMb: number): (() => void) | undefined {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'framewire-chaos', folder]);
  if (status !== 0) return undefined;
  return () => {
    spawnSync('umount', ['--lazy', folder]);
  };
}
