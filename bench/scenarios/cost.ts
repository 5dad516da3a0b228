import { resolve } from 'node:path';
import { createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import { sleep } from '@framewire/runtime/process';
import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import { type CpuTimes, cpuBetween, readCpu, totalCpu } from '../cpu.ts';
import { startSystem } from '../system.ts';
import { detectAlone } from '../targets/detector-only.ts';
import type { Bench, Scenario } from './scenario.ts';

/** Frames a second: about half of what two cores carry. */
const RATE = { haar: 8, yunet: 60 };
const REPLICAS = 2;
const CAMERAS = 4;
const DEADLINE_MS = 2_000;
/** Parts that have work with each frame. */
const PARTS = ['rabbitmq', 'connector', 'gateway', 'detect-faces', 'results-ws'];

interface Variant {
  name: string;
  /** Another checkout of framewire, built by its own start. */
  root?: string;
}

/** CPU of a frame by process at half load with one viewer, each system with a broker of its own; beside another checkout where FRAMEWIRE_BESIDE names one. */
export const cost: Scenario = {
  name: 'cost',
  standsAlone: true,
  async run(bench) {
    const { models, pictures, rounds, quick, say } = bench;
    const detector = models ? 'yunet' : 'haar';
    const beside = process.env.FRAMEWIRE_BESIDE;
    const variants: Variant[] = [
      ...(beside ? [{ name: 'the checkout beside', root: resolve(beside) }] : []),
      { name: 'this one' },
    ];
    const floors: number[] = [];
    const times = new Map<Variant, CpuTimes[]>(variants.map((variant) => [variant, []]));
    for (let round = 1; round <= rounds; round++) {
      const task = { detector, models, jpegs: pictures.jpegs, warmUpMs: 1_000, windowMs: quick ? 3_000 : 8_000 };
      floors.push((await detectAlone(task)).cpu);
      for (const variant of variants) {
        const perFrame = await measure(bench, detector, variant);
        times.get(variant)!.push(perFrame);
        say(`round ${round} of ${rounds}, ${variant.name}: ${figure(totalCpu(perFrame))} ms of CPU a frame`);
      }
    }
    const floor = spread(floors).median;
    const over = (variant: Variant, value: (of: CpuTimes) => number) => spread(times.get(variant)!.map(value));
    const ours = (of: CpuTimes) => PARTS.reduce((sum, part) => sum + (of[part] ?? 0), 0) - floor;
    return {
      sections: [
        {
          title: 'CPU per frame by process, before and after',
          text: `${detector}, ${REPLICAS} replicas, ${RATE[detector]} frames/s from ${CAMERAS} cameras, one viewer; each system with its own broker, by turns. Milliseconds of CPU a frame. \`decode + detect\` (${figure(floor)} ms) is what a process takes for the same pictures that does nothing else, \`detect-faces\` what its processes take beyond it; the last column is all but decoding, detecting and what no frame causes (Prometheus, the start command).`,
          table: {
            head: ['', ...PARTS, 'without detector and beside'],
            rows: variants.map((variant) => [
              variant.name,
              ...PARTS.map((part) =>
                figure(over(variant, (of) => (of[part] ?? 0) - (part === 'detect-faces' ? floor : 0)).median),
              ),
              withSpread(over(variant, ours)),
            ]),
          },
        },
      ],
    };
  },
};

/** Milliseconds a frame, by process. */
async function measure({ models, log, pictures, quick }: Bench, detector: 'haar' | 'yunet', { root }: Variant) {
  const system = await startSystem({ detector, replicas: REPLICAS, models, root });
  const broker = createBroker({ url: system.amqp, name: 'bench', log });
  const frames = createFramePublisher({ broker, log });
  let shown = 0;
  const viewer = openViewer(system.dashboard, ({ record }) => {
    if (record.outcome === 'detected') shown++;
  });
  let sent = 0;
  let pacer: NodeJS.Timeout | undefined;
  try {
    await viewer.connected;
    const begin = Date.now();
    pacer = setInterval(() => {
      for (const due = ((Date.now() - begin) * RATE[detector]) / 1000; sent < due; sent++) {
        const captured_at = Date.now();
        const frame = frames.number({
          camera_id: `bench-${sent % CAMERAS}`,
          captured_at,
          deadline_ms: captured_at + DEADLINE_MS,
          jpeg: pictures.jpegs[sent % pictures.jpegs.length]!,
        });
        frames.send(frame, { timeoutMs: DEADLINE_MS }).catch((error: Error) => frames.shed(frame, error.message));
      }
    }, 2);
    await sleep(8_000);
    const processes = system.processes();
    const before = { shown, cpu: readCpu(processes) };
    await sleep(quick ? 10_000 : 25_000);
    const used = cpuBetween(before.cpu, readCpu(processes));
    const count = shown - before.shown;
    return Object.fromEntries(Object.entries(used).map(([name, seconds]) => [name, (1000 * seconds) / count]));
  } finally {
    clearInterval(pacer);
    await viewer.close();
    await frames.close();
    await broker.close();
    await system.stop();
  }
}
