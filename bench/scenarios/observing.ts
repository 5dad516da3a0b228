import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { totalCpu } from '../cpu.ts';
import { offer } from '../load.ts';
import { framewire } from '../targets/framewire.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

/** Frames a second in all. */
const RATE = { haar: 2, yunet: 20 };
const REPLICAS = 2;
const CAMERAS = 4;

/** The same system with something of what it tells of itself on or off. */
interface Variant {
  name: string;
  env?: Record<string, string>;
  /** Another checkout of framewire, built by its own start. */
  root?: string;
}

/** What it costs that the system tells where time and frames go. Variants by turns in each round, so that what the machine does besides touches all. */
export const observing: Scenario = {
  name: 'observing',
  async run(bench) {
    const detector = bench.models ? 'yunet' : 'haar';
    const collector = await startSink();
    const variants = listVariants(collector.url);
    const costs = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
    try {
      for (let round = 1; round <= bench.rounds; round++) {
        for (const variant of variants) {
          const cost = await measure(bench, detector, variant);
          bench.say(`round ${round} of ${bench.rounds}, ${variant.name}: ${figure(cost)} ms of CPU a frame`);
          costs.get(variant)!.push(cost);
        }
      }
    } finally {
      collector.close();
    }
    return report(detector, variants, costs);
  },
};

function listVariants(collector: string): Variant[] {
  const beside = process.env.FRAMEWIRE_BESIDE;
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector };
  return [
    ...(beside ? [{ name: 'the checkout that FRAMEWIRE_BESIDE names', root: resolve(beside) }] : []),
    // nobody is there: nothing is scraped, and no private one is started
    { name: 'without Prometheus', env: { PROMETHEUS_URL: 'http://127.0.0.1:9' } },
    { name: 'as it is' },
    {
      name: 'and traces of one frame in twenty',
      env: { ...traces, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' },
    },
    { name: 'and traces of every frame', env: { ...traces, OTEL_TRACES_SAMPLER: 'always_on' } },
  ];
}

async function measure(bench: Bench, detector: 'haar' | 'yunet', { env, root }: Variant): Promise<number> {
  const { models, broker, log, pictures, quick } = bench;
  const subject = await framewire({ detector, replicas: REPLICAS, models, broker, log, env, root }).start();
  try {
    const load = {
      rate: RATE[detector],
      cameras: CAMERAS,
      live: true,
      warmUpMs: 3_000,
      windowMs: quick ? 8_000 : 20_000,
    };
    const { cpu, answers } = await offer(subject, pictures.jpegs, load);
    return (1000 * totalCpu(cpu)) / answers.length;
  } finally {
    await subject.stop();
  }
}

function report(detector: 'haar' | 'yunet', variants: Variant[], costs: Map<Variant, number[]>): Report {
  const base = spread(costs.get(variants[0]!)!).median;
  return {
    sections: [
      {
        title: 'What it costs to be watched',
        text: `Detector ${detector}, ${RATE[detector]} frames/s from ${CAMERAS} cameras, ${REPLICAS} replicas, one viewer. Milliseconds of CPU a frame over all processes, the broker and Prometheus too; the last column compares with the first row. The ledger, stages and verdict are in each row but that of another checkout. Traces go to a collector that takes them and does nothing.`,
        table: {
          head: ['', 'CPU a frame', 'in percent'],
          rows: variants.map((variant) => {
            const cost = spread(costs.get(variant)!);
            return [variant.name, withSpread(cost), figure((100 * cost.median) / base)];
          }),
        },
      },
    ],
  };
}

/** A collector that takes everything. */
async function startSink(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
