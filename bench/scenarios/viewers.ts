import { readFileSync } from 'node:fs';
import { decodePicture, type ServerMessage, topology, VIEWER_PROTOCOL } from '@framewire/contract';
import { applyTopology, createBrokerAdmin, declareTopology } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import WebSocket from 'ws';
import { percentile, spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { cpuBetween, readCpu, totalCpu } from '../cpu.ts';
import { type Forked, forkPart } from '../forked.ts';
import { startPictures } from '../pictures-source.ts';
import type { Bench, Scenario, Section } from './scenario.ts';

const IDLE = 5_000;
/** Connections that are being opened at once. */
const AT_ONCE = 50;
const WATCHING = 100;
/** Pictures a second. */
const RATE = 10;
const CAMERA = 'viewers';

/** What thousands of viewers cost that are sent nothing, and what one that stalls does to the others. */
export const viewers: Scenario = {
  name: 'viewers',
  async run(bench) {
    const idle = await withServer(bench, measureIdle);
    const ages: Record<'none' | 'one', { p50: number[]; p99: number[] }> = {
      none: { p50: [], p99: [] },
      one: { p50: [], p99: [] },
    };
    for (let round = 0; round < bench.rounds; round++) {
      // in turn first: what is warmer or busier later falls to both
      for (const stalled of round % 2 ? (['one', 'none'] as const) : (['none', 'one'] as const)) {
        const sample = await withServer(bench, (server, amqp) => measureAges(bench, server, amqp, stalled === 'one'));
        ages[stalled].p50.push(percentile(sample, 0.5));
        ages[stalled].p99.push(percentile(sample, 0.99));
        bench.say(`${stalled} stalled: ${ages[stalled].p50.at(-1)} ms at p50, ${ages[stalled].p99.at(-1)} ms at p99`);
      }
    }
    bench.say(`${IDLE} idle viewers: ${figure(idle.bytes / 1000)} kB each`);
    return { sections: [toIdleSection(idle), toStalledSection(ages)] };
  },
};

async function withServer<T>(bench: Bench, work: (server: Forked, amqp: string) => Promise<T>): Promise<T> {
  const vhost = await bench.broker.createVhost('viewers', 'quorum');
  await declareTopology(vhost.amqp, topology());
  await applyTopology(createBrokerAdmin(vhost.management), topology());
  const env = { AMQP_URL: vhost.amqp, HOSTNAME: 'viewers', MAX_VIEWERS: `${IDLE + 1}` };
  const server = await forkPart('functions/results-ws/dist/main.js', env);
  try {
    return await work(server, vhost.amqp);
  } finally {
    await server.stop();
    await vhost.drop();
  }
}

async function connect(server: Forked, cameras: '*' | string[]): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/results`, VIEWER_PROTOCOL);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ type: 'watch', cameras }));
  return socket;
}

interface Idle {
  /** Of the server's memory, for each viewer. */
  bytes: number;
  /** Of one core, all of them together, in percent. */
  cpu: number;
}

async function measureIdle(server: Forked): Promise<Idle> {
  // what the first viewers need once is no viewer's own
  const sockets = await Promise.all(Array.from({ length: AT_ONCE }, () => connect(server, [])));
  await sleep(2_000);
  const before = residentBytes(server.pid);
  while (sockets.length < AT_ONCE + IDLE - AT_ONCE)
    sockets.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => connect(server, [])))));
  await sleep(5_000);
  const bytes = (residentBytes(server.pid) - before) / (sockets.length - AT_ONCE);
  const processes = [{ name: 'server', pid: server.pid }];
  const used = readCpu(processes);
  await sleep(10_000);
  const cpu = (100 * totalCpu(cpuBetween(used, readCpu(processes)))) / 10;
  for (const socket of sockets) socket.terminate();
  return { bytes, cpu };
}

const residentBytes = (pid: number) =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** Milliseconds from capture until each picture reached a viewer that reads; all but one do where one stalls. */
async function measureAges({ pictures, quick, log }: Bench, server: Forked, amqp: string, stalled: boolean) {
  const ages: number[] = [];
  let measuring = false;
  const sockets: WebSocket[] = [];
  for (let i = 0; i < WATCHING; i++) {
    const socket = await connect(server, '*');
    sockets.push(socket);
    if (stalled && i === 0) socket.pause();
    else
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (!measuring || !isBinary) return;
        const header = decodePicture(new Uint8Array(data)).header as ServerMessage;
        if (header.type === 'result') ages.push(Date.now() - 1000 * header.record.original_timestamp);
      });
  }
  const source = startPictures({ amqp, camera: CAMERA, rate: RATE, jpeg: pictures.jpegs[0]!, log });
  try {
    await sleep(3_000); // by then the line of one that stalls is full
    measuring = true;
    const seconds = quick ? 8 : 20;
    await sleep(seconds * 1000);
    measuring = false;
    await waitFor('pictures', () => ages.length > 0);
    return ages;
  } finally {
    await source.stop();
    for (const socket of sockets) socket.terminate();
  }
}

const toIdleSection = ({ bytes, cpu }: Idle): Section => ({
  title: 'Idle viewers',
  text: `${IDLE} viewers on the binary WebSocket that watch no camera, at one results-ws. Memory is the growth of the process's resident set from the first ${AT_ONCE} to the last, by viewer; CPU is all of the process's, pings and numbers sent included.`,
  how: 'one run',
  table: { head: ['', 'kB each', 'CPU, % of a core'], rows: [[`${IDLE} viewers`, figure(bytes / 1000), figure(cpu)]] },
});

function toStalledSection(ages: Record<'none' | 'one', { p50: number[]; p99: number[] }>): Section {
  const row = (name: string, { p50, p99 }: { p50: number[]; p99: number[] }) => [
    name,
    withSpread(spread(p50)),
    withSpread(spread(p99)),
  ];
  return {
    title: 'One viewer that stalls',
    text: `${WATCHING} viewers are sent ${RATE} pictures a second each; in every second run one of them reads nothing any more. Milliseconds from capture until the others have the picture, all of them in this one process beside the server.`,
    table: { head: ['', 'age p50', 'age p99'], rows: [row('all read', ages.none), row('one stalls', ages.one)] },
  };
}
