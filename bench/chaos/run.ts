import { createBroker, type Log, sleep, waitFor } from '@framewire/runtime';
import { pino } from 'pino';
import { makePictures } from '../pictures.ts';
import { readResults } from '../results.ts';
import { type System, startSystem } from '../system.ts';
import { openViewer } from '../viewer.ts';
import { type Accounts, compareAccounts } from './accounts.ts';
import { killPart, listTargets, type Target, untilReplaced } from './kills.ts';
import { createLedger, type Ledger, type Verdict } from './ledger.ts';
import { produceByAmqp, produceByHttp } from './producers.ts';

export interface ChaosOptions {
  rounds: number;
  /** Whether the start command is killed too. */
  start: boolean;
  detector: string;
  /** Frames a second by each way, where the usual is not wanted. */
  rate?: number;
  models?: string;
  /** Progress, a line. */
  say(line: string): void;
}

export interface Kill {
  name: string;
  /** Until a frame captured after the kill was shown by the slowest of the ways. */
  seconds: number;
  /** Records that came a second time before the next kill. */
  repeated: number;
}

export interface ChaosResult {
  detector: string;
  /** Frames a second by each way. */
  rate: number;
  /** All of it. */
  seconds: number;
  kills: Kill[];
  refusedByHttp: number;
  resumedInFull: boolean;
  verdict: Verdict;
  accounts: Accounts;
}

const REPLICAS = 2;
/** The three ways into the system, by the camera ids that they use. */
const WAYS = ['by-amqp', 'by-http', 'by-camera'] as const;
/** Frames a second by each way: together under half of what the detector serves on two cores. */
const RATES = { yunet: 6, haar: 0.5 };
/** How long frames may take to flow again. */
const FLOW_MS = 120_000;
/** From the moment all is well to the next kill. */
const PAUSE_MS = 1_500;

/** When the newest frame of each way that was shown was captured, milliseconds since the epoch. */
type Newest = Map<string, number>;

/** Kills each part in turn while frames flow by three ways, and closes the account at the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { say, detector, models } = options;
  const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
  const begin = performance.now();
  const { jpegs } = await makePictures(process.env.FRAMEWIRE_IMAGES);
  const system = await startSystem({ detector, replicas: REPLICAS, models });
  process.once('SIGINT', () => void system.stop().then(() => process.exit(130)));
  say('the system is up');
  let whole = false;
  try {
    const used = models && detector !== 'haar' ? 'yunet' : 'haar';
    const rate = options.rate ?? RATES[used];
    const result = await underLoad({ ...options, system, jpegs, rate, log });
    whole = result.verdict.lost.length === 0;
    return { detector: used, rate, seconds: (performance.now() - begin) / 1000, ...result };
  } finally {
    await system.stop(!whole);
    if (!whole) say(`logs and data are left in ${system.data}`);
  }
}

async function underLoad(options: ChaosOptions & { system: System; jpegs: Uint8Array[]; rate: number; log: Log }) {
  const { system, jpegs, rate, log, say } = options;
  const ledger = createLedger();
  const newest: Newest = new Map();
  const broker = createBroker({ url: system.amqp, name: 'chaos', log });
  readResults(broker, ledger.recorded);
  await rememberAll(system);
  const viewer = openViewer(system.dashboard, ({ record }) => {
    ledger.shown(record);
    const captured = record.original_timestamp * 1000;
    if (record.outcome === 'detected' && captured > (newest.get(record.camera_id) ?? 0))
      newest.set(record.camera_id, captured);
  });
  await viewer.connected;
  const byAmqp = produceByAmqp({ camera: WAYS[0], rate, jpegs, ledger, broker, log });
  const byHttp = produceByHttp({ camera: WAYS[1], rate, jpegs, ledger, gateway: system.gateway });
  await system.addCamera(WAYS[2], { url: 'demo:chaos', fps: rate });
  await untilFlowing(newest, Date.now());
  say('frames flow by AMQP, by HTTP and from a camera');

  const kills = await killAll({ ...options, ledger, newest });

  await Promise.all([byAmqp.stop(), byHttp.stop(), system.removeCamera(WAYS[2])]);
  await settle(ledger, say);
  const accounts = await compareAccounts(system.dashboard, ledger.counts);
  const verdict = ledger.close((source) => source === byAmqp.source);
  await viewer.close();
  await broker.close();
  return { kills, refusedByHttp: byHttp.refused, resumedInFull: viewer.resumedInFull, verdict, accounts };
}

async function killAll(options: ChaosOptions & { system: System; ledger: Ledger; newest: Newest }): Promise<Kill[]> {
  const { rounds, start, system, ledger, newest, say } = options;
  const kills: Kill[] = [];
  const targets: (Target | 'start')[] = [...listTargets(system), ...(start ? ['start' as const] : [])];
  for (let round = 1; round <= rounds; round++) {
    for (const target of targets) {
      const name = target === 'start' ? 'the start command' : target.name;
      const { repeated } = ledger;
      const before = system.processes();
      const killedAt = target === 'start' ? await killStart(system) : killPart(system, target);
      const seconds = ((await untilFlowing(newest, killedAt)) - killedAt) / 1000;
      await untilReplaced(system, before);
      await sleep(PAUSE_MS);
      kills.push({ name, seconds, repeated: ledger.repeated - repeated });
      say(`round ${round} of ${rounds}: ${name} killed, frames flow again after ${seconds.toFixed(2)} s`);
    }
  }
  return kills;
}

/** Kills the start command alone, as a person's `kill -9` would, and starts it again. */
async function killStart(system: System): Promise<number> {
  const killedAt = killPart(system, { name: 'start', index: 0 });
  await system.restart();
  await rememberAll(system);
  return killedAt;
}

/** The whole of the run is to be in the system's ledger, whichever part was killed when. */
const rememberAll = (system: System) => system.deploy('results-ws', { REPLAY_WINDOW: '24h' });

/** Resolves, once each way has shown a frame that was captured after `since`, to when that was. */
async function untilFlowing(newest: Newest, since: number): Promise<number> {
  await waitFor('frames to flow by each way', () => WAYS.every((way) => (newest.get(way) ?? 0) > since), {
    timeout: FLOW_MS,
    every: 5,
  });
  return Date.now();
}

/** All that was confirmed or recorded has been shown, or is not going to be. */
async function settle(ledger: Ledger, say: (line: string) => void): Promise<void> {
  const settled = () => ledger.waiting() === 0 && ledger.unseen() === 0;
  await waitFor('outcomes', settled, { timeout: 60_000 }).catch(() =>
    say(`${ledger.waiting()} confirmed and ${ledger.unseen()} recorded frames were not shown within a minute`),
  );
}
