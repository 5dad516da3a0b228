import { topology, VIEWER_PROTOCOL } from '@framewire/contract';
import { applyTopology, createBrokerAdmin, declareTopology } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import WebSocket from 'ws';
import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { cpuBetween, readCpu, totalCpu } from '../../testkit/system/cpu.ts';
import { forkPart, type RunningPart } from '../../testkit/system/part.ts';
import { startShownFrames } from '../shown-frames.ts';
import type { Bench, Scenario, Section } from './scenario.ts';

/** Frames a second to each viewer. */
const RATE = 20;
const CAMERA = 'fan-out';

interface Sent {
  /** Microseconds of CPU a frame that reached a viewer. */
  cost: number;
  /** In percent of those that were to be sent. */
  share: number;
}

/** Frames with results to many viewers, against a server that does nothing but send. */
export const fanOut: Scenario = {
  name: 'fan-out',
  async run(bench) {
    const counts = bench.quick ? [20] : [1, 20, 100];
    const rows: string[][] = [];
    for (const viewers of counts) {
      const bare: Sent[] = [];
      const ours: Sent[] = [];
      for (let round = 1; round <= bench.rounds; round++) {
        bare.push(await measureBare(bench, viewers));
        ours.push(await measureResultsWs(bench, viewers));
        bench.say(
          `${viewers} viewers: bare ws ${figure(bare.at(-1)!.cost)} µs, results-ws ${figure(ours.at(-1)!.cost)} µs a frame`,
        );
      }
      rows.push(toRow(viewers, bare, ours));
    }
    return report(rows);
  },
};

function toRow(viewers: number, bare: Sent[], ours: Sent[]): string[] {
  const ratio = spread(ours.map(({ cost }, i) => cost / bare[i]!.cost));
  return [
    `${viewers}`,
    withSpread(spread(bare.map(({ cost }) => cost))),
    withSpread(spread(ours.map(({ cost }) => cost))),
    withSpread(ratio),
    figure(spread(ours.map(({ share }) => share)).median),
  ];
}

function report(rows: string[][]): Section[] {
  return [
    {
      title: 'Frames to viewers',
      text: `Microseconds of the server's CPU for each frame that reached a viewer, ${RATE} frames a second to each. The bare \`ws\` server sends as many bytes from memory by a timer; results-ws takes frame and result from the broker, puts them together and counts what it sends.`,
      table: {
        head: ['viewers', 'bare ws', 'results-ws', 'results-ws / bare ws', 'results-ws delivered %'],
        rows,
      },
    },
  ];
}

async function measureBare(bench: Bench, viewers: number): Promise<Sent> {
  const size = bench.frames.jpegs[0]!.length;
  const server = await forkPart('bench/dist/programs/bare-ws.js', {}, [`${size}`, `${RATE}`]);
  try {
    return await countFrames(bench, server, viewers, server.url.replace('http', 'ws'));
  } finally {
    await server.stop();
  }
}

async function measureResultsWs(bench: Bench, viewers: number): Promise<Sent> {
  const vhost = await bench.broker.createVhost('fan-out', 'quorum');
  await declareTopology(vhost.amqp, topology());
  await applyTopology(createBrokerAdmin(vhost.management), topology());
  const server = await forkPart('functions/results-ws/dist/main.js', { AMQP_URL: vhost.amqp, HOSTNAME: 'fan-out' });
  const { frames, log } = bench;
  const source = startShownFrames({ amqp: vhost.amqp, camera: CAMERA, rate: RATE, jpeg: frames.jpegs[0]!, log });
  try {
    return await countFrames(bench, server, viewers, `${server.url.replace('http', 'ws')}/ws/results`);
  } finally {
    await source.stop();
    await server.stop();
    await vhost.drop();
  }
}

async function countFrames({ quick, frames }: Bench, server: RunningPart, viewers: number, url: string): Promise<Sent> {
  let received = 0;
  const size = frames.jpegs[0]!.length;
  const sockets = Array.from({ length: viewers }, () => {
    const socket = new WebSocket(url, VIEWER_PROTOCOL);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', cameras: '*' })));
    socket.on('message', (data: Buffer) => {
      if (data.length > size) received++;
    });
    return socket;
  });
  await waitFor('frames at all viewers', () => received > viewers * RATE, { timeout: 30_000 });
  const processes = [{ name: 'server', pid: server.pid }];
  const before = { received, cpu: readCpu(processes) };
  const seconds = quick ? 5 : 10;
  await sleep(seconds * 1000);
  const sent = received - before.received;
  const cpu = totalCpu(cpuBetween(before.cpu, readCpu(processes)));
  for (const socket of sockets) socket.terminate();
  return { cost: (1e6 * cpu) / sent, share: (100 * sent) / (viewers * RATE * seconds) };
}
