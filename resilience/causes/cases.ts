import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cause, DEFAULT_TOPICS, EXCHANGE, type Fault } from '@framewire/contract';
import { connect } from 'amqplib';
import { cutOff } from '../../testkit/broker/nodes.ts';
import type { MjpegServer } from '../../testkit/cameras/mjpeg-server.ts';
import { familyOf, processesOf, processOf, stopProcesses } from '../../testkit/system/processes.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';

/** A real cause of a slow or stopped system, and how to make it. */
export interface Case {
  name: string;
  /** How it is made. */
  how: string;
  /** A finding with any of these causes names it. */
  expect: Cause[];
  /** Nodes of the private broker that it needs; 1 unless given. */
  brokers?: 3;
  /** Resolves to what ends it. */
  make(system: SystemInfo, front: MjpegServer): Promise<() => unknown> | (() => unknown);
}

export const CASES: Case[] = [
  { name: 'cpu', how: 'two programs a core that compute nothing', expect: ['cpu'], make: fault('cpu') },
  {
    name: 'memory',
    how: 'a cgroup limit that replicas share with programs that read a file which does not fit',
    expect: ['memory'],
    make: fault('memory'),
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
    make: fault('gateway'),
  },
  { name: 'gateway stopped', how: 'SIGSTOP', expect: ['gateway-unreachable'], make: stopped('gateway') },
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
      return front.reopen;
    },
  },
  {
    name: 'camera stalled',
    how: 'an MJPEG camera holds its connection and sends no more',
    expect: ['camera-offline', 'camera-silent'],
    make(_, front) {
      front.freeze(true);
      return () => front.freeze(false);
    },
  },
  {
    name: 'camera connector stopped',
    how: 'SIGSTOP',
    expect: ['camera-connector', 'camera-silent'],
    make: stopped('camera'),
  },
  {
    name: 'bad frames',
    how: 'a camera whose JPEGs cannot be decoded',
    expect: ['bad-frames'],
    make: fault('bad-frames'),
  },
  {
    name: 'slow viewer',
    how: 'a WebSocket that asks for all and reads nothing',
    expect: ['viewer'],
    make: fault('viewer'),
  },
  { name: 'Prometheus stopped', how: 'SIGSTOP', expect: ['metrics'], make: stopped('prometheus') },
  { name: 'one replica stopped', how: 'SIGSTOP of one of two', expect: ['replica'], make: stopped('detect-faces', 1) },
  {
    name: 'worker stopped',
    how: 'SIGSTOP of one worker process of a replica',
    expect: ['replica'],
    make: ({ data }) => stopProcesses(familyOf(processOf(data, 'detect-faces').pid).slice(1, 2)),
  },
  { name: 'ingest-frame stopped', how: 'SIGSTOP', expect: ['ingest'], make: stopped('ingest-frame') },
  {
    name: 'binding missing',
    how: 'the binding from the exchange frames to frame_queue is deleted',
    expect: ['topology'],
    make: unbind,
  },
  {
    name: 'one broker of three stopped',
    how: 'SIGSTOP',
    expect: ['broker-node'],
    brokers: 3,
    make: stopped('rabbitmq-2'),
  },
  {
    name: 'one broker of three cut off',
    how: 'it and the others refuse each other: Erlang connections are ended and do not come back',
    expect: ['broker-node'],
    brokers: 3,
    make: (system) => cutOff(system, 2),
  },
  {
    name: 'two brokers of three stopped',
    how: 'SIGSTOP of both',
    expect: ['broker'],
    brokers: 3,
    make: ({ data }) => stopProcesses([processOf(data, 'rabbitmq-2'), processOf(data, 'rabbitmq-3')]),
  },
];

/** By the panel's own API, as a person would. */
function fault(name: Fault): Case['make'] {
  return async ({ dashboard }) => {
    const url = `${dashboard}/api/faults`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fault: name, seconds: 60 }),
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    return () => fetch(url, { method: 'DELETE' });
  };
}

/** @param max of several processes of that name. */
function stopped(name: string, max?: number): Case['make'] {
  return ({ data }) => stopProcesses(processesOf(data, name).slice(0, max));
}

/** As an operator might by accident; frames come back once it is bound again. */
async function unbind({ amqp }: SystemInfo): Promise<() => Promise<void>> {
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
function stutter({ data }: SystemInfo, name: string, stopMs: number, runMs: number): () => void {
  const found = processOf(data, name);
  let resume = () => {};
  let timer: NodeJS.Timeout;
  const stop = () => {
    resume = stopProcesses([found]);
    timer = setTimeout(() => {
      resume();
      timer = setTimeout(stop, runMs);
    }, stopMs);
  };
  stop();
  return () => {
    clearTimeout(timer);
    resume();
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
