import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cause, DEFAULT_TOPICS, EXCHANGE, type Wound } from '@framewire/contract';
import { connect } from 'amqplib';
import type { System } from '../../bench/system.ts';
import type { FrontCamera } from './front-camera.ts';

/** A real cause, made by hand. */
export interface Case {
  name: string;
  /** How it is made. */
  how: string;
  /** Any of these names it. */
  expect: Cause[];
  /** Resolves to what ends it. */
  make(system: System, front: FrontCamera): Promise<() => unknown> | (() => unknown);
}

export const CASES: Case[] = [
  { name: 'cpu', how: 'two programs a core that compute nothing', expect: ['cpu'], make: wound('cpu') },
  {
    name: 'memory',
    how: 'a cgroup limit that replicas share with programs that read a file which does not fit',
    expect: ['memory'],
    make: wound('memory'),
  },
  {
    name: 'disk',
    how: 'a dozen programs that write to its disk and flush, again and again (dd, fsync)',
    expect: ['io', 'broker-slow'],
    make: ({ data }) => writers(join(data, 'written')),
  },
  {
    name: 'gateway slow',
    how: 'a TCP proxy before the gateway that holds everything for 250 ms each way',
    expect: ['gateway'],
    make: wound('gateway'),
  },
  { name: 'gateway stopped', how: 'SIGSTOP', expect: ['gateway-away'], make: stopped('gateway') },
  { name: 'replicas stopped', how: 'SIGSTOP of each', expect: ['no-replicas'], make: stopped('detect-faces') },
  { name: 'connector stopped', how: 'SIGSTOP', expect: ['connector'], make: stopped('connector') },
  { name: 'broker stopped', how: 'SIGSTOP', expect: ['broker'], make: stopped('rabbitmq') },
  {
    name: 'broker slow',
    how: 'SIGSTOP for 300 of each 400 ms',
    expect: ['broker-slow', 'broker'],
    make: (system) => stutter(system, 'rabbitmq', 300, 100),
  },
  {
    name: 'camera away',
    how: 'the server of an MJPEG camera ends',
    expect: ['camera-offline'],
    async make(_, front) {
      await front.close();
      return front.open;
    },
  },
  {
    name: 'camera stalled',
    how: 'an MJPEG camera holds its connection and sends no more',
    expect: ['camera-offline', 'camera-silent'],
    make(_, front) {
      front.stalled = true;
      return () => {
        front.stalled = false;
      };
    },
  },
  {
    name: 'camera connector stopped',
    how: 'SIGSTOP',
    expect: ['camera-connector', 'camera-silent'],
    make: stopped('camera'),
  },
  {
    name: 'bad pictures',
    how: 'a camera whose JPEGs cannot be decoded',
    expect: ['pictures'],
    make: wound('pictures'),
  },
  {
    name: 'slow viewer',
    how: 'a WebSocket that asks for all and reads nothing',
    expect: ['viewer'],
    make: wound('viewer'),
  },
  { name: 'Prometheus stopped', how: 'SIGSTOP', expect: ['metrics'], make: stopped('prometheus') },
  { name: 'one replica stopped', how: 'SIGSTOP of one of two', expect: ['replica'], make: stopped('detect-faces', 1) },
  {
    name: 'worker stopped',
    how: 'SIGSTOP of one worker process of a replica',
    expect: ['replica'],
    make: (system) => stop(childrenOf(pidsOf(system, 'detect-faces')).slice(0, 1)),
  },
  { name: 'ingest-frame stopped', how: 'SIGSTOP', expect: ['ingest'], make: stopped('ingest-frame') },
  {
    name: 'binding missing',
    how: 'the binding from the exchange frames to frame_queue is deleted',
    expect: ['topology'],
    make: unbind,
  },
];

/** By the panel's own API, as a person would. */
function wound(name: Wound): Case['make'] {
  return async ({ dashboard }) => {
    const url = `${dashboard}/api/chaos`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ wound: name, seconds: 60 }),
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    return () => fetch(url, { method: 'DELETE' });
  };
}

/** @param most of several processes of that name. */
function stopped(name: string, most?: number): Case['make'] {
  return (system) => stop(pidsOf(system, name).slice(0, most));
}

const pidsOf = (system: System, name: string) =>
  system.processes().flatMap((one) => (one.name === name && isThere(one.pid) ? [one.pid] : []));

function stop(pids: number[]): () => void {
  if (pids.length === 0) throw new Error('there is no such process');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids) if (isThere(pid)) process.kill(pid, 'SIGCONT');
  };
}

/** Programs that processes started themselves. */
const childrenOf = (parents: number[]): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parents.includes(parentOf(pid)));

function parentOf(pid: number): number {
  try {
    // the name of a program may hold anything, a parenthesis too
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
  } catch {
    return 0; // it ended in between
  }
}

/** As an operator might by accident; frames come back once it is bound again. */
async function unbind({ amqp }: System): Promise<() => Promise<void>> {
  const change = async (what: 'bindQueue' | 'unbindQueue') => {
    const connection = await connect(amqp);
    const channel = await connection.createChannel();
    for (const { topic, queue } of DEFAULT_TOPICS) await channel[what](queue, EXCHANGE.frames, `${topic}.*`);
    await connection.close();
  };
  await change('unbindQueue');
  return () => change('bindQueue');
}

/** Stops it and lets it go on, by turns, milliseconds. */
function stutter(system: System, name: string, stop: number, go: number): () => void {
  const pid = system.processes().find((one) => one.name === name && isThere(one.pid))!.pid;
  let timer: NodeJS.Timeout;
  const turn = (stopping: boolean) => {
    process.kill(pid, stopping ? 'SIGSTOP' : 'SIGCONT');
    timer = setTimeout(turn, stopping ? stop : go, !stopping);
  };
  turn(true);
  return () => {
    clearTimeout(timer);
    process.kill(pid, 'SIGCONT');
  };
}

function writers(file: string): () => void {
  const write = (n: number): ChildProcess => {
    const command = `while :; do dd if=/dev/zero of=${file}-${n} bs=4M count=48 conv=fsync 2>/dev/null; done`;
    return spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'ignore' });
  };
  const children = Array.from({ length: 12 }, (_, n) => write(n));
  return () => {
    for (const { pid } of children) if (pid) process.kill(-pid, 'SIGKILL');
    for (const n of children.keys()) rmSync(`${file}-${n}`, { force: true });
  };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
