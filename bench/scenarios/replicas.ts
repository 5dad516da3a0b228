import { createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import { sleep, waitFor } from '@framewire/runtime/process';
import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { readResults } from '../../testkit/result-stream.ts';
import { SLEEPER, startTarget, type Target } from '../scale/target.ts';
import type { Bench, Scenario } from './scenario.ts';

const COUNTS = [1, 2, 4];
const CAMERA = 'replicas';
/** Frames under way for each replica: two at it, and more at hand. */
const EACH = 4;
/** As long as a frame may wait for the broker, milliseconds. */
const SEND_MS = 5_000;
const PATIENCE_MS = 60_000;

interface Shares {
  detector: string;
  /** Frames a second of each replica. */
  rates: number[];
}

/** What each of 1, 2 and 4 replicas does of as much work as there is: by a detector that sleeps, and by the one that there is. */
export const replicas: Scenario = {
  name: 'replicas',
  standsAlone: true,
  async run(bench) {
    const rows: string[][] = [];
    for (const stack of [SLEEPER, undefined]) {
      const target = await startTarget({ models: bench.models, stack, max: Math.max(...COUNTS) });
      try {
        for (const count of COUNTS) rows.push(await measure(bench, target, count));
      } finally {
        await target.stop();
      }
    }
    return {
      sections: [
        {
          title: 'Frames by replica',
          text: `Under \`npm start\`, as many frames as the replicas take; how many each detected a second, by the name in the results. The last column is the replica that had the fewest, in percent of the one that had the most.`,
          table: { head: ['detector', 'replicas', 'frames/s', 'by replica', 'evenness %'], rows },
        },
      ],
    };
  },
};

async function measure(bench: Bench, target: Target, count: number): Promise<string[]> {
  await target.gateway.bind({ min: count, max: count });
  await waitFor(`${count} replicas`, async () => (await target.gateway.replicas()).availableReplicas === count, {
    timeout: PATIENCE_MS,
    every: 200,
  });
  const rounds: Shares[] = [];
  for (let round = 1; round <= bench.rounds; round++) rounds.push(await saturate(bench, target, count));
  const { detector } = rounds[0]!;
  const sum = (rates: number[]) => rates.reduce((total, rate) => total + rate, 0);
  const evenness = spread(rounds.map(({ rates }) => (100 * Math.min(...rates)) / Math.max(...rates)));
  const middle = rounds.toSorted((a, b) => sum(a.rates) - sum(b.rates))[Math.floor(rounds.length / 2)]!;
  const cells = [
    detector,
    `${count}`,
    withSpread(spread(rounds.map(({ rates }) => sum(rates)))),
    middle.rates.map(figure).join(', '),
    withSpread(evenness),
  ];
  bench.say(`${detector}, ${count} ${count === 1 ? 'replica' : 'replicas'}: ${cells[3]} frames/s`);
  return cells;
}

/** As many frames as they take. Those without a deadline are never let go, so that each is detected. */
async function saturate({ quick, pictures, log }: Bench, target: Target, count: number): Promise<Shares> {
  const broker = createBroker({ url: target.amqp, name: 'bench', log });
  const frames = createFramePublisher({ broker, log });
  const seen = new Map<string, number>();
  let detector = '';
  const underWay = new Set<string>();
  let sent = 0;
  let running = true;
  const send = () => {
    const captured_at = Date.now();
    const jpeg = pictures.jpegs[sent++ % pictures.jpegs.length]!;
    const frame = frames.number({ camera_id: CAMERA, captured_at, jpeg });
    underWay.add(frame.frame_id);
    frames.send(frame, { timeoutMs: SEND_MS }).catch((error: Error) => {
      underWay.delete(frame.frame_id);
      frames.shed(frame, error.message);
    });
  };
  const reader = readResults(broker, (record) => {
    if (record.camera_id !== CAMERA || record.outcome === 'shed') return;
    if (underWay.delete(record.frame_id) && running) send();
    detector = record.detector ?? detector;
    if (record.node_id) seen.set(record.node_id, (seen.get(record.node_id) ?? 0) + 1);
  });
  const listening = () => {
    if (seen.size === 0) send();
    return seen.size > 0;
  };
  await waitFor('a first outcome', listening, { timeout: PATIENCE_MS, every: 200 });
  underWay.clear(); // outcomes of the first ones may have come before anybody listened
  for (let i = 0; i < EACH * count; i++) send();
  // the connector follows the number within two seconds
  await waitFor('every replica at work', () => seen.size >= count, { timeout: PATIENCE_MS });
  await sleep(quick ? 2_500 : 5_000);
  seen.clear();
  const begin = performance.now();
  await sleep(quick ? 5_000 : 15_000);
  const seconds = (performance.now() - begin) / 1000;
  const rates = [...seen.values()].map((number) => number / seconds).sort((a, b) => b - a);
  running = false;
  await waitFor('the last outcomes', () => underWay.size === 0, { timeout: PATIENCE_MS });
  await reader.stop();
  await frames.close();
  await broker.close();
  return { detector, rates };
}
