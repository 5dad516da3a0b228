import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import { sleep, waitFor } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Bounds } from '../../testkit/clients/openfaas.ts';
import { queryRange, type Series } from '../../testkit/clients/prometheus.ts';
import { createCameraSender } from '../../testkit/load/cameras.ts';
import { startOpenLoad } from '../../testkit/load/open.ts';
import { createOracle, type OracleReport } from '../../testkit/oracle/oracle.ts';
import { readResults } from '../../testkit/results/result-stream.ts';
import { DEADLINE_MS } from '../load.ts';
import { type Plan, type PlanOptions, planFor } from './plan.ts';
import { FUNCTION, type Target } from './target.ts';
import { createTimeline, type Second, type Timeline } from './timeline.ts';
import { countTurns, type Observed, type Watch, watchReplicas } from './watch.ts';

/** What one load step showed. Moments are milliseconds since the epoch, times milliseconds. */
export interface LoadStep {
  where: string;
  /** What chose the number of replicas where that was not Alertmanager and the gateway. */
  scaledBy?: string;
  detector: string;
  plan: Plan;
  bounds: Bounds;
  begin: number;
  up: number;
  down: number;
  /** Second by second. */
  seconds: Second[];
  wanted: Series;
  queue: Series;
  drain: Series;
  utilisation: Series;
  /** 1 while the alert fires. */
  firing: Series;
  /** From the step until the second and the third replica detected something. */
  untilAtWork: { second?: number; third?: number };
  /** From the end of the step until the gateway was back at the minimum. */
  untilBack?: number;
  /** How often the number of replicas turned round while the load was high. */
  turns: number;
  /** The most that were wanted. */
  most: number;
  report: OracleReport;
}

const CAMERA = 'scale-';
/** As long as the replicas may take to come to rest before it begins, and outcomes to come after its end. */
const REST_MS = 180_000;
/** How long the replicas have to stay at the minimum to be back there, milliseconds. */
const BACK_MS = 5_000;

/** One camera, many, one again, on a system whose replicas follow the load. */
export async function runLoadStep(
  target: Target,
  options: PlanOptions & { jpegs: Uint8Array[]; log: Log; say(line: string): void },
): Promise<LoadStep> {
  const { jpegs, log, say } = options;
  const broker = createBroker({ url: target.amqp, name: 'bench', log });
  const watch = watchReplicas(target.openFaas, FUNCTION);
  try {
    const detector = await askDetector(broker, jpegs[0]!, log);
    const plan = planFor(detector, options);
    const bounds = await target.openFaas.bounds(FUNCTION);
    await comeToRest(target, watch, bounds);
    say(`${detector}: 1 camera, ${plan.cameras} for ${plan.high} s, 1 again, ${plan.fps} frames/s each`);

    const timeline = createTimeline();
    const oracle = createOracle();
    const begin = Date.now();
    const reader = readResults(broker, (record) => {
      if (!record.camera_id.startsWith(CAMERA) || record.outcome === 'shed') return;
      timeline.recorded(record);
      oracle.recorded(record);
      oracle.shown(record);
    });
    const sender = createCameraSender(broker, log);
    let cameras = 1;
    const load = startOpenLoad(plan.fps, async (number) => {
      const captured_at = Date.now();
      const camera_id = `${CAMERA}${1 + (number % cameras)}`;
      const jpeg = jpegs[number % jpegs.length]!;
      const { frame, sent } = await sender.send({
        camera_id,
        captured_at,
        deadline_ms: captured_at + DEADLINE_MS,
        jpeg,
      });
      timeline.offered(sent);
      if (sent === 'taken') oracle.confirmed(frame);
    });
    const setCameras = (count: number) => {
      cameras = count;
      load.rate = count * plan.fps;
    };
    await sleep(plan.before * 1000);
    // a machine that is busy otherwise may have let one camera be too much for a moment
    await comeToRest(target, watch, bounds);
    const up = Date.now();
    setCameras(plan.cameras);
    await watchHeight(timeline, watch, plan, up, say);
    const down = Date.now();
    setCameras(1);
    const untilBack = await backAtMinimum(watch, bounds, down, plan.after * 1000);
    say(untilBack === undefined ? `not back after ${plan.after} s` : `back after ${(untilBack / 1000).toFixed(1)} s`);
    const end = Date.now();
    await load.stop();
    await sender.close();
    await waitFor('outcomes', () => oracle.waiting() === 0, { timeout: REST_MS }).catch(() => {});
    await reader.stop();

    const history = (promql: string) => queryRange(target.prometheus, promql, begin, end);
    const series = `{function_name=~"${FUNCTION}[.].*"}`;
    const whole = Math.floor((end - begin) / 1000);
    const high = watch.observed.filter(({ at }) => at >= up && at < down);
    return {
      where: target.where,
      scaledBy: target.scaledBy,
      detector,
      plan,
      bounds,
      begin,
      up,
      down,
      seconds: timeline.seconds().slice(0, whole),
      wanted: bySecond(watch.observed, begin, whole),
      queue: await history(`max(function:frames_queued${series})`),
      drain: await history(`max(function:drain_seconds${series})`),
      utilisation: await history(`max(function:utilisation${series})`),
      firing: await history(`max(ALERTS{alertname="FunctionUnderLoad", alertstate="firing"})`),
      untilAtWork: { second: timeline.untilAtWork(2, up), third: timeline.untilAtWork(3, up) },
      untilBack,
      turns: countTurns(high),
      most: Math.max(...high.map(({ wanted }) => wanted)),
      report: oracle.close(() => true),
    };
  } finally {
    await watch.stop();
    await broker.close();
  }
}

/** Sends single frames until one was detected: what is going to detect the others. */
async function askDetector(broker: Broker, jpeg: Uint8Array, log: Log): Promise<string> {
  let detector: string | undefined;
  const reader = readResults(broker, (record) => {
    if (record.camera_id === 'probe') detector ??= record.detector;
  });
  const frames = createFramePublisher({ broker, log });
  const ask = async () => {
    if (detector) return detector;
    const captured_at = Date.now();
    const frame = frames.number({ camera_id: 'probe', captured_at, jpeg });
    await frames.send(frame, { timeoutMs: 5_000 }).catch((error: Error) => frames.shed(frame, error.message));
    await sleep(500);
    return detector;
  };
  const found = await waitFor('a frame to be detected', ask, { timeout: REST_MS });
  await frames.close();
  await reader.stop();
  return found;
}

async function comeToRest({ openFaas }: Target, watch: Watch, { min }: Bounds): Promise<void> {
  const isThere = () => watch.newest?.wanted === min && watch.newest.available === min;
  await waitFor('the first answer of the gateway', () => watch.newest);
  // by itself; where nothing has raised the alert nothing resolves it, and what was scaled by hand stays so
  if (await waitFor('rest', isThere, { timeout: REST_MS / 2, every: 250 }).catch(() => false)) return;
  await openFaas.scale(FUNCTION, min);
  await waitFor(`${min} replicas at rest`, isThere, { timeout: REST_MS / 2, every: 250 });
}

/** Reports each further replica as it comes. */
async function watchHeight(timeline: Timeline, watch: Watch, plan: Plan, up: number, say: (line: string) => void) {
  let reported = 1;
  const end = up + plan.high * 1000;
  while (Date.now() < end) {
    await sleep(Math.min(200, Math.max(0, end - Date.now())));
    const after = timeline.untilAtWork(reported + 1, up);
    if (after === undefined) continue;
    reported++;
    say(`${reported} replicas at work after ${(after / 1000).toFixed(1)} s, ${watch.newest?.wanted} wanted`);
  }
}

/** Resolves, once the number was at the minimum for a while, to after how long it came there. */
async function backAtMinimum(watch: Watch, { min }: Bounds, down: number, patience: number) {
  const isBack = () => {
    const last = watch.observed.findLastIndex(({ at, wanted }) => at < down || wanted !== min);
    const back = watch.observed[last + 1];
    return back && Date.now() - back.at >= BACK_MS ? back.at - down : undefined;
  };
  return waitFor('the minimum of replicas', () => isBack()?.toString(), {
    timeout: patience + BACK_MS,
    every: 200,
  }).then(Number, () => undefined);
}

/** The last known value in each second. */
function bySecond(observed: readonly Observed[], begin: number, count: number): Series {
  return Array.from({ length: count }, (_, second) => {
    const end = begin + (second + 1) * 1000;
    return observed.findLast(({ at }) => at < end)?.wanted;
  });
}
