import { HISTORY, type HistoryAnswer, type HistoryName } from '@framewire/contract';
import type { Situation } from './states.ts';

type Series = HistoryAnswer['series'][number];
type Shape = [label: string | undefined, unit: Series['unit'], value: number, noise?: number];

const SHAPES: Record<HistoryName, Shape[]> = {
  rate: [[undefined, 'frames/s', 80]],
  outcomes: [
    ['detected', 'frames/s', 80],
    ['expired', 'frames/s', 0.4, 1],
    ['shed', 'frames/s', 1.2, 1],
  ],
  latency: [
    ['mean', 's', 0.0214],
    ['p95', 's', 0.038],
  ],
  stages: [
    ['publish', 's', 0.0014],
    ['queue', 's', 0.0044, 0.5],
    ['hold', 's', 0.0005],
    ['gateway', 's', 0.0098],
    ['wait', 's', 0.0003],
    ['decode', 's', 0.0031],
    ['detect', 's', 0.0179],
    ['result', 's', 0.0042],
  ],
  end_to_end: [
    ['p50', 's', 0.071],
    ['p95', 's', 0.118, 0.2],
  ],
  queue: [[undefined, 'frames', 3, 0.8]],
  drain: [[undefined, 's', 0.04, 0.8]],
  replicas: [[undefined, 'replicas', 3, 0]],
  utilisation: [[undefined, 'ratio', 0.61]],
  cpu: [
    ['detect-faces-1', 'cores', 0.62],
    ['detect-faces-2', 'cores', 0.58],
    ['detect-faces-3', 'cores', 0.6],
  ],
  memory: [
    ['detect-faces-1', 'bytes', 212e6, 0.02],
    ['detect-faces-2', 'bytes', 208e6, 0.02],
    ['detect-faces-3', 'bytes', 215e6, 0.02],
  ],
  pressure: [
    ['CPU', 'ratio', 0.07, 0.6],
    ['memory', 'ratio', 0],
    ['I/O', 'ratio', 0.01, 0.8],
  ],
  slo: [
    ['good', 'ratio', 0.996, 0.003],
    ['objective', 'ratio', 0.99, 0],
  ],
  occupancy: [
    ['entrance', 'objects', 2, 0.6],
    ['parking', 'objects', 1, 0.9],
  ],
  crossings: [
    ['gate in', 'crossings', 40, 0],
    ['gate out', 'crossings', 25, 0],
  ],
};
const POINTS = 240;
/** When there was not enough CPU, and when the broker was down, seconds ago: see the incidents. */
const SLOW = [900, 858] as const;
const DOWN = [2400, 2190] as const;
const RISES = ['latency', 'stages', 'end_to_end', 'queue', 'drain', 'pressure'];

/** Series as they would have been: a hump where there was not enough CPU, a gap while the broker was down, and nothing from before the start. */
export function history(query: URLSearchParams, now: Situation, started: number): HistoryAnswer {
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  const names = HISTORY.filter((name) => query.get('series')?.split(',').includes(name));
  const step = Math.max(5, (to - from) / POINTS);
  const end = Date.now() / 1000;
  const within = (at: number, [begin, until]: readonly [number, number]) => at > end - begin && at < end - until;

  function value(name: HistoryName, [label, unit, mean, noise = 0.08]: Shape, at: number): number | null {
    if (unit === 'crossings') return now.areas ? Math.floor(mean * (1 - (end - at) / 5_400)) : null;
    if (unit === 'objects') return now.areas ? Math.round(mean + noise * Math.sin(at / 190 + mean)) : null;
    if (now.still === 'never' || at < started || within(at, DOWN)) return null;
    const wave = 1 + noise * (Math.sin(at / 190) * 0.6 + Math.sin(at / 23 + mean) * 0.4);
    const rise = RISES.includes(name) && within(at, SLOW) ? 6 : 1;
    const fall = label === 'good' && within(at, SLOW) ? 0.9 : 1;
    const result = mean * wave * rise * fall;
    return unit === 'ratio' ? Math.min(1, Math.max(0, result)) : Math.max(0, result);
  }

  const series = names.flatMap((name) =>
    SHAPES[name].map((shape): Series => {
      const points = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i): [number, number | null] => {
        const at = from + i * step;
        return [at, value(name, shape, at)];
      });
      return { name, label: shape[0], unit: shape[1], points };
    }),
  );
  return { from, to, step, series: now.still === 'never' ? [] : series };
}
