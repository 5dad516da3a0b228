import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { totalCpu } from '../../testkit/system/cpu.ts';
import { offer } from '../load.ts';
import { framewire } from '../targets/framewire.ts';
import type { Bench, Scenario, Section } from './scenario.ts';

/** Frames a second in all, which each number of replicas can serve. */
const RATE = { haar: 2, yunet: 40 };

interface Variant {
  replicas: number;
  cameras: number;
}

/** The same load from few cameras and from many, to few replicas and to many: what a frame costs should not change. */
export const cameras: Scenario = {
  name: 'cameras',
  async run(bench) {
    const detector = bench.models ? 'yunet' : 'haar';
    const counts = bench.quick ? [2] : [1, 2, 4, 8];
    const costs = new Map<Variant, number[]>();
    const variants = counts.flatMap((replicas) => {
      const list = bench.quick ? [1, 64] : replicas === 2 ? [1, 8, 64] : [8];
      return list.map((cameras): Variant => ({ replicas, cameras }));
    });
    for (let round = 1; round <= bench.rounds; round++) {
      for (const replicas of counts) {
        const chosen = variants.filter((variant) => variant.replicas === replicas);
        for (const [variant, cost] of await measure(bench, detector, replicas, chosen)) {
          costs.set(variant, [...(costs.get(variant) ?? []), cost]);
        }
      }
    }
    return report(detector, variants, costs);
  },
};

async function measure(bench: Bench, detector: 'haar' | 'yunet', replicas: number, variants: Variant[]) {
  const { models, broker, log, frames, quick, say } = bench;
  const target = await framewire({ detector, replicas, models, broker, log }).start();
  const costs: [Variant, number][] = [];
  try {
    for (const variant of variants) {
      const { cameras } = variant;
      const load = {
        rate: RATE[detector],
        cameras,
        warmUpMs: quick ? 1_000 : 3_000,
        windowMs: quick ? 5_000 : 15_000,
      };
      const { cpu, answers } = await offer(target, frames.jpegs, load);
      const cost = (1000 * totalCpu(cpu)) / answers.length;
      costs.push([variant, cost]);
      say(`${cameras} cameras, ${replicas} replicas: ${figure(cost)} ms of CPU a frame`);
    }
  } finally {
    await target.stop();
  }
  return costs;
}

function report(detector: 'haar' | 'yunet', variants: Variant[], costs: Map<Variant, number[]>): Section[] {
  const first = spread(costs.get(variants.find(({ replicas }) => replicas === 2)!) ?? []).median;
  return [
    {
      title: 'CPU per frame by cameras and replicas',
      text: `Detector ${detector}, ${RATE[detector]} frames/s in all, one viewer. Milliseconds of CPU a frame over all processes, the broker, Prometheus and everything that runs without a frame too; the last column compares with one camera at two replicas.`,
      table: {
        head: ['cameras', 'replicas', 'CPU a frame', 'in percent'],
        rows: variants.map((variant) => {
          const cost = spread(costs.get(variant) ?? []);
          return [`${variant.cameras}`, `${variant.replicas}`, withSpread(cost), figure((100 * cost.median) / first)];
        }),
      },
    },
  ];
}
