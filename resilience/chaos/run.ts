import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { pino } from 'pino';
import { BROKERS, untilSpare } from '../../testkit/broker/nodes.ts';
import { createOpenFaasClient } from '../../testkit/clients/openfaas.ts';
import { makeSampleFrames } from '../../testkit/frames/sample-frames.ts';
import { createOracle, type Oracle, type OracleReport } from '../../testkit/oracle/oracle.ts';
import { readResults } from '../../testkit/results/result-stream.ts';
import { listProcesses } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import { listDamages } from './damage.ts';
import { listFaults, mountMemory } from './faults.ts';
import { killPart, listTargets, type Target, untilReplaced } from './kills.ts';
import { compareLedger, type LedgerCheck } from './ledger.ts';
import { type Memory, watchMemory } from './memory.ts';
import { restartBroker } from './restart.ts';
import { ROUTES, startTraffic, type TrafficOptions } from './traffic.ts';

export interface ChaosOptions {
  /** How often each part is killed. */
  rounds: number;
  /** Names of parts that are killed and stopped; all where there are none. */
  only: string[];
  /** Whether the start command is killed too. */
  start: boolean;
  /** How often each part is stopped for a while, the broker is slow and the disk is full. */
  faults: number;
  /** Whether queues and the broker's data are deleted at the end. */
  damage: boolean;
  /** Nodes of the private broker, as `npm start -- --brokers` reads them. */
  brokers: string;
  /** Minutes of steady load in which each process's memory is watched; 0: none. */
  steady: number;
  detector: string;
  /** Frames a second by each route, where the usual is not wanted. */
  rate?: number;
  models?: string;
  /** Progress, a line. */
  say(line: string): void;
}

/** One kill, restart, fault or damage. */
export interface Step {
  name: string;
  kind: 'kill' | 'restart' | 'fault' | 'damage';
  /**
   * From its moment, or from its end where it passes by itself, until the slowest of the routes had shown a frame that was captured later.
   * Of a restart, which stops taking frames only after a while: the age that the newest frame of any route had at most.
   */
  seconds: number;
  /** Records that came a second time before the next one. */
  repeated: number;
}

export interface ChaosResult {
  detector: string;
  /** Frames a second by each route. */
  rate: number;
  /** All of it. */
  seconds: number;
  steps: Step[];
  refusedByHttp: number;
  resumedInFull: boolean;
  report: OracleReport;
  ledger: LedgerCheck;
  /** Frames that were confirmed after a damage, and of those the ones that were never shown. */
  damage: { confirmed: number; lost: string[] };
  memory: Memory[];
}

const REPLICAS = 2;
/** Frames a second by each route: together under half of what the detector serves on two cores. */
const RATES = { yunet: 6, haar: 0.5 };
/** How long frames may take to flow again. */
const FLOW_MS = 120_000;
/** From the moment all is well to the next step. */
const PAUSE_MS = 1_500;
/** How long frames are sent into a damaged system before it is repaired. */
const DAMAGED_MS = 5_000;
/** Of the file system that is filled, MB: the broker stops taking messages below 50 MB, and holds some hundred itself. */
const DISK_MB = 1_500;

/** When the newest frame of each route that was shown was captured, milliseconds since the epoch. */
type Newest = Map<string, number>;

interface Course extends TrafficOptions, Omit<ChaosOptions, 'rate'> {
  system: System;
  newest: Newest;
  steps: Step[];
  /** The oracle that counts at present. */
  oracle: Oracle;
  diskMb: number | undefined;
}

/** Kills, stops and starves each part in turn while frames flow by three routes, and closes the account at the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { say, detector, models } = options;
  const begin = performance.now();
  const { jpegs } = await makeSampleFrames(process.env.FRAMEWIRE_IMAGES);
  const data = mkdtempSync(join(tmpdir(), 'framewire-chaos-'));
  const unmount = options.faults > 0 ? mountMemory(data, DISK_MB) : undefined;
  if (options.faults > 0 && !unmount) say('no file system could be mounted here: the disk is not filled');
  const args = [
    '--no-demo',
    '--detector',
    detector,
    '--replicas',
    `${REPLICAS}-${REPLICAS}`,
    '--brokers',
    options.brokers,
  ];
  const system = await startSystem({ args, models, data });
  process.once('SIGINT', () => void system.stop().then(() => process.exit(130)));
  say('the system is up');
  let nothingLost = false;
  try {
    const used = models && detector !== 'haar' ? 'yunet' : 'haar';
    const rate = options.rate ?? RATES[used];
    const result = await underLoad({ ...options, system, jpegs, rate, diskMb: unmount && DISK_MB });
    nothingLost = result.report.lost.length + result.damage.lost.length === 0;
    return { detector: used, rate, seconds: (performance.now() - begin) / 1000, ...result };
  } finally {
    await system.stop();
    if (nothingLost) {
      unmount?.();
      rmSync(data, { recursive: true, force: true });
    } else say(`logs and data are left in ${data}`);
  }
}

async function underLoad(
  options: ChaosOptions & { system: System; jpegs: Uint8Array[]; rate: number; diskMb: number | undefined },
) {
  const { system, say } = options;
  const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
  const newest: Newest = new Map();
  const broker = createBroker({ url: system.amqp, name: 'chaos', log });
  const course: Course = { ...options, log, broker, newest, steps: [], oracle: createOracle() };
  readResults(broker, (record) => course.oracle.recorded(record));
  await replayAll(system);
  const viewer = openViewer(system.dashboard, ({ record }) => {
    course.oracle.shown(record);
    const captured = record.original_timestamp * 1000;
    if (record.outcome === 'detected' && captured > (newest.get(record.camera_id) ?? 0))
      newest.set(record.camera_id, captured);
  });
  await viewer.connected;
  const { oracle } = course;
  const traffic = await startTraffic(course, oracle);
  await untilFlowing(newest, Date.now());
  say('frames flow by AMQP, by HTTP and from a camera');

  await killAll(course);
  await restartAll(course);
  await injectAll(course);
  const memory = options.steady > 0 ? await watch(course) : [];

  await traffic.stop();
  await settle(oracle, say);
  const ledger = await compareLedger(system.dashboard, oracle.counts);
  const report = oracle.close((source) => source === traffic.source);
  const { refusedByHttp } = traffic;
  const { resumedInFull } = viewer;
  const damage = options.damage ? await damageAll(course) : { confirmed: 0, lost: [] };
  await viewer.close();
  await broker.close();
  return { steps: course.steps, refusedByHttp, resumedInFull, report, ledger, damage, memory };
}

async function killAll(course: Course): Promise<void> {
  const { rounds, start, system, only } = course;
  const targets: (Target | 'start')[] = [...listTargets(system, only), ...(start ? ['start' as const] : [])];
  for (let round = 1; round <= rounds; round++) {
    for (const target of targets) {
      const name = target === 'start' ? 'the start command' : target.name;
      const broker = course.brokers === '1' ? -1 : (BROKERS as readonly string[]).indexOf(name);
      if (broker >= 0) await untilSpare(system, broker); // one of three is lost, and no second one
      await step(course, { name, kind: 'kill' }, `round ${round} of ${rounds}: ${name} killed`, async () =>
        target === 'start' ? await killStart(system) : killPart(system, target),
      );
    }
  }
}

/** A rolling restart, as for an update. */
async function restartAll(course: Course): Promise<void> {
  const { faults, brokers, system, oracle, newest, steps, say } = course;
  if (brokers === '1') return;
  for (let round = 1; round <= faults; round++)
    for (const [index, name] of BROKERS.entries()) {
      const { repeated } = oracle;
      const seconds = (await restartBroker(system, index, () => ageOf(newest))) / 1000;
      steps.push({ name, kind: 'restart', seconds, repeated: oracle.repeated - repeated });
      say(`rolling restart ${round} of ${faults}: ${name}, longest time without a fresh frame ${seconds.toFixed(2)} s`);
    }
}

/** Of the newest frame of the route that is worst off, milliseconds. */
const ageOf = (newest: Newest): number => Math.max(...ROUTES.map((route) => Date.now() - newest.get(route)!));

async function injectAll(course: Course): Promise<void> {
  const { faults, system, only, diskMb } = course;
  for (let round = 1; round <= faults; round++)
    for (const { name, run } of listFaults(system, only, diskMb))
      await step(course, { name, kind: 'fault' }, name, run);
}

/** @param run resolves to the moment from which frames are waited for. */
async function step(
  course: Course,
  what: Pick<Step, 'name' | 'kind'>,
  title: string,
  run: () => Promise<number>,
): Promise<void> {
  const { system, oracle, newest, say, steps } = course;
  const { repeated } = oracle;
  const before = listProcesses(system.data);
  const since = await run();
  const seconds = ((await untilFlowing(newest, since)) - since) / 1000;
  await untilReplaced(system, before);
  await sleep(PAUSE_MS);
  steps.push({ ...what, seconds, repeated: oracle.repeated - repeated });
  say(`${title}, frames flow again after ${seconds.toFixed(2)} s`);
}

async function watch({ system, steady, say }: Course): Promise<Memory[]> {
  say(`watching the memory of each process for ${steady} minutes`);
  return watchMemory(system, steady);
}

/** Each damage has an oracle of its own: what was in a deleted queue is lost, as expected. */
async function damageAll(course: Course): Promise<ChaosResult['damage']> {
  const { system, newest, say, steps } = course;
  const total = { confirmed: 0, lost: [] as string[] };
  for (const { name, run, repair } of listDamages(system)) {
    await run();
    const oracle = createOracle();
    course.oracle = oracle;
    const damaged = Date.now();
    const starting = startTraffic(course, oracle);
    await sleep(DAMAGED_MS);
    await repair?.();
    const since = repair ? Date.now() : damaged;
    const traffic = await starting;
    const seconds = ((await untilFlowing(newest, since)) - since) / 1000;
    await sleep(PAUSE_MS);
    await traffic.stop();
    await settle(oracle, say);
    const { confirmed, lost } = oracle.close(() => false);
    total.confirmed += confirmed;
    total.lost.push(...lost);
    steps.push({ name, kind: 'damage', seconds, repeated: oracle.repeated });
    const how = repair ? 'after npm run topology' : 'without a hand';
    say(`${name}: frames flow again ${seconds.toFixed(2)} s ${how}; ${confirmed} confirmed since, ${lost.length} lost`);
  }
  return total;
}

/** Kills the start command alone, as a person's `kill -9` would, and starts it again. */
async function killStart(system: System): Promise<number> {
  const killedAt = killPart(system, { name: 'start', index: 0 });
  await system.restart();
  await replayAll(system);
  return killedAt;
}

/** The ledger has to span the whole run, whichever part was killed when. */
const replayAll = (system: System) => createOpenFaasClient(system).deploy('results-ws', { REPLAY_WINDOW: '24h' });

/** Resolves, once each route has shown a frame that was captured after `since`, to when that was. */
async function untilFlowing(newest: Newest, since: number): Promise<number> {
  await waitFor('frames to flow by each route', () => ROUTES.every((route) => (newest.get(route) ?? 0) > since), {
    timeout: FLOW_MS,
    every: 5,
  });
  return Date.now();
}

/** All that was confirmed or recorded has been shown, or is not going to be. */
async function settle(oracle: Oracle, say: (line: string) => void): Promise<void> {
  const settled = () => oracle.waiting() === 0 && oracle.unseen() === 0;
  await waitFor('outcomes', settled, { timeout: 60_000 }).catch(() =>
    say(`${oracle.waiting()} confirmed and ${oracle.unseen()} recorded frames were not shown within a minute`),
  );
}
