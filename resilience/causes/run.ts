import { type Cause, diagnosisAnswer, type Finding, incidentsAnswer } from '@framewire/contract';
import { sleep, waitFor } from '@framewire/runtime/process';
import { type MjpegServer, startMjpegServer } from '../../testkit/cameras/mjpeg-server.ts';
import { makeSampleFrames } from '../../testkit/frames/sample-frames.ts';
import { putCamera } from '../../testkit/system/cameras.ts';
import { type SystemInfo, startSystem } from '../../testkit/system/system.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import { CASES, type Case } from './cases.ts';
import { makeLoad } from './load.ts';

export interface CausesOptions {
  /** Names of cases; all where there are none. */
  only: string[];
  detector: string;
  models?: string;
  /** Frames a second of all cameras together. */
  rate: number;
  /** Programs that take CPU all the while, beside each cause. */
  load: number;
  /** Progress, a line. */
  say(line: string): void;
}

/** What the diagnosis made of a cause. Seconds from when it was made, and from when it was ended. */
export interface Seen {
  case: Case;
  finding?: Finding;
  named?: number;
  cleared?: number;
  /** Causes of other findings meanwhile. */
  beside: string[];
}

const CAMERAS = 4;
const FRONT = 'front';
const FRONT_FPS = 5;
/** How long a cause may take to be named, and to be cleared, milliseconds. */
const NAME_MS = 45_000;
const CLEAR_MS = 60_000;
/** For so long all has to be well before the next cause is made, and after the start, milliseconds. */
const CALM_MS = 4_000;
const SETTLE_MS = 90_000;
/** How often the diagnosis is asked, milliseconds. */
const ASK_MS = 200;

/** Makes each cause in turn in a running system, and measures when the diagnosis names it and when that ends. */
export async function measureCauses(options: CausesOptions): Promise<Seen[]> {
  const cases = CASES.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  if (cases.length === 0) throw new Error(`--only: allowed: ${CASES.map(({ name }) => name).join(', ')}`);
  const seen: Seen[] = [];
  for (const brokers of [1, 3]) {
    const own = cases.filter((one) => (one.brokers ?? 1) === brokers);
    if (own.length > 0) seen.push(...(await measureAll(own, { ...options, brokers })));
  }
  return seen;
}

/** In one system. */
function measureAll(cases: Case[], options: CausesOptions & { brokers: number }): Promise<Seen[]> {
  return withSystem(options, async (system, front) => {
    const seen: Seen[] = [];
    for (const one of cases) {
      await calm(system, options);
      const result = await measure(one, system, front);
      seen.push(result);
      const { named, cleared, finding, beside } = result;
      options.say(
        `${one.name}: ${named === undefined ? 'NOT NAMED' : `named after ${named.toFixed(1)} s`}, ` +
          `${cleared === undefined ? 'NOT CLEARED' : `cleared after ${cleared.toFixed(1)} s`}: ${finding?.message ?? ''}` +
          (beside.length ? ` (beside: ${beside.join(', ')})` : ''),
      );
    }
    return seen;
  });
}

/** One incident while no cause was made. */
export interface Incident {
  id: string;
  /** Seconds since the epoch. */
  at: number;
  until?: number;
  finding: Finding;
  /** Its causes in turn: more than one where it was renamed. */
  causes: Cause[];
}

/** Makes none, and lists each incident. @throws Error where the diagnosis does not answer though nothing else takes the CPU. */
export function watch(options: CausesOptions, minutes: number): Promise<Incident[]> {
  return withSystem(options, async (system) => {
    const begun = Date.now() / 1000;
    const names = new Map<string, Cause[]>();
    const end = Date.now() + minutes * 60_000;
    while (Date.now() < end) {
      const findings = options.load > 0 ? await ask(system).catch(() => []) : await ask(system);
      for (const { id = '', cause, message } of findings) {
        const causes = names.get(id) ?? [];
        if (causes.at(-1) === cause) continue;
        names.set(id, [...causes, cause]);
        options.say(`${causes.length === 0 ? 'an incident' : 'renamed'}: ${cause}: ${message}`);
      }
      await sleep(1_000);
    }
    const answer = await fetch(`${system.dashboard}/api/incidents?limit=1000`, {
      signal: AbortSignal.timeout(60_000),
    });
    const { incidents } = incidentsAnswer.parse(await answer.json());
    return incidents
      .flatMap((one) => (one.type === 'finding' && (one.until === undefined || one.until >= begun) ? [one] : []))
      .map(({ id = '', at, until, finding }) => ({ id, at, until, finding, causes: names.get(id) ?? [] }))
      .reverse();
  });
}

async function measure(one: Case, system: SystemInfo, front: MjpegServer): Promise<Seen> {
  const isIt = ({ cause, effects }: Finding) =>
    [cause, ...effects.map((effect) => effect.cause)].some((name) => one.expect.includes(name));
  const beside = new Set<string>();
  const look = async () => {
    const findings = await ask(system).catch(() => []);
    for (const finding of findings) if (!isIt(finding)) beside.add(finding.cause);
    return findings.find(isIt);
  };
  const begun = performance.now();
  const end = await one.make(system, front);
  let finding: Finding | undefined;
  let named: number | undefined;
  try {
    finding = await waitFor(one.name, look, { timeout: NAME_MS, every: ASK_MS });
    named = (performance.now() - begun) / 1000;
  } catch {
    // not named: the report says so
  } finally {
    await end();
  }
  const ended = performance.now();
  const cleared = await waitFor('its end', async () => !(await look()), { timeout: CLEAR_MS, every: ASK_MS }).then(
    () => (performance.now() - ended) / 1000,
    () => undefined,
  );
  return { case: one, finding, named, cleared: named === undefined ? undefined : cleared, beside: [...beside] };
}

/** Beside a load the want of CPU is what is usual. */
async function calm(system: SystemInfo, { say, load }: CausesOptions): Promise<void> {
  let wellSince: number | undefined;
  const check = async () => {
    const findings = await ask(system).catch(() => undefined);
    const isWell = findings?.every(({ cause }) => load > 0 && cause === 'cpu');
    if (!isWell) wellSince = undefined;
    else wellSince ??= Date.now();
    return wellSince !== undefined && Date.now() - wellSince >= CALM_MS;
  };
  await waitFor('all to be well', check, { timeout: SETTLE_MS, every: ASK_MS }).catch(async () => {
    const findings = await ask(system);
    say(`goes on though all is not well: ${findings.map(({ message }) => message).join(' ')}`);
  });
}

async function ask({ dashboard }: SystemInfo): Promise<Finding[]> {
  const answer = await fetch(`${dashboard}/api/diagnosis`, { signal: AbortSignal.timeout(5_000) });
  return diagnosisAnswer.parse(await answer.json()).findings;
}

async function withSystem<T>(
  options: CausesOptions & { brokers?: number },
  work: (system: SystemInfo, front: MjpegServer) => Promise<T>,
) {
  const { detector, models, rate, load, say, brokers = 1 } = options;
  const { jpegs } = await makeSampleFrames(process.env.FRAMEWIRE_IMAGES);
  const args = ['--no-demo', '--faults', '--detector', detector, '--replicas', '2-2', '--brokers', `${brokers}`];
  const system = await startSystem({ args, models });
  process.once('SIGINT', () => void system.stop().then(() => process.exit(130)));
  say(brokers > 1 ? `the system is up, with ${brokers} brokers` : 'the system is up');
  const front = await startMjpegServer({ frames: jpegs, fps: FRONT_FPS });
  const viewer = openViewer(system.dashboard, () => {});
  let endLoad = () => {};
  try {
    await viewer.connected;
    for (let n = 0; n < CAMERAS; n++) await putCamera(system, `cause-${n}`, { url: `demo:${n}`, fps: rate / CAMERAS });
    await putCamera(system, FRONT, { url: front.url, fps: FRONT_FPS });
    if (load > 0) endLoad = makeLoad(load);
    return await work(system, front);
  } finally {
    endLoad();
    await viewer.close();
    await system.stop();
    await front.close();
  }
}
