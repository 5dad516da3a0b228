import { uuidv7 } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createEnds, startClosedLoad } from '../../testkit/load/closed.ts';
import { startOpenLoad } from '../../testkit/load/open.ts';
import { cpuBetween, type NamedPid, readCpu } from '../../testkit/system/cpu.ts';
import { forkPart, type RunningPart } from '../../testkit/system/part.ts';
import type { BenchBroker } from '../broker.ts';
import { startGateway } from './gateway.ts';
import type { ConnectorTarget } from './targets.ts';

/** Frames that the broker had confirmed, and what the function saw of them. */
export interface Losses {
  confirmed: number;
  lost: number;
  /** Frames that came more than once. */
  repeated: number;
}

export interface Round {
  /** Frames a second, as many under way as each takes. */
  rate: number;
  /** Milliseconds of CPU a frame. */
  cpu: { connector: number; rabbitmq: number; gateway: number };
  /** The connector was killed under load and started again, several times. */
  killed: Losses;
  /** The gateway was away for a while. */
  away: Losses;
  gateway: string;
}

/** Frames in flight at once. */
const IN_FLIGHT = 48;
/** So long nothing may come until all that will come has come, milliseconds. */
const QUIET_MS = 8_000;
/** How often the connector is killed, and how long it is let work before each. */
const KILLS = 5;
const WORK_MS = 300;
/** As long as the gateway is away, milliseconds. */
const AWAY_MS = 5_000;

interface Setup {
  publish(id: string): Promise<boolean>;
  /** Different frames that the function saw so far. */
  received(): number;
  /** @returns what ends the calls. */
  onReceived(listener: (received: number) => void): () => void;
  fetchReceived(): Promise<Map<string, number>>;
}

/** One connector on a vhost of its own, before the same gateway and the same empty function. */
export async function measureRound(
  target: ConnectorTarget,
  options: { broker: BenchBroker; jpeg: Uint8Array; windowMs: number; log: Log },
): Promise<Round> {
  const { broker, jpeg, windowMs, log } = options;
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const vhost = await broker.createVhost(`connector-${target.name.toLowerCase()}`, 'quorum');
    closers.push(vhost.drop);
    await target.prepare(vhost);
    const fn = await forkPart('bench/dist/programs/empty-function.js', {}, [target.topic]);
    closers.push(fn.stop);
    const gateway = await startGateway(fn.url, target.topic);
    closers.push(gateway.stop);
    const session = createBroker({ url: vhost.amqp, name: 'bench', log });
    closers.push(session.close);
    let connector = await target.start(vhost, gateway);
    closers.push(() => connector.stop());

    const setup = openSetup(fn, target.publisher(session, log), jpeg);
    await firstFrame(setup);
    const processes = () => [
      { name: 'connector', pid: connector.pid },
      { name: 'gateway', pid: gateway.pid() },
      ...broker.processes(),
    ];
    const { rate, cpu } = await saturate(setup, windowMs, processes);

    const load = { perSecond: rate / 2, windowMs };
    const killed = await underLoad(setup, load, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(WORK_MS);
        await connector.kill();
        connector = await target.start(vhost, gateway);
      }
    });
    const away = await underLoad(setup, load, async () => {
      await gateway.kill();
      await sleep(AWAY_MS);
      await gateway.start();
    });
    return { rate, cpu, killed, away, gateway: gateway.what };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function openSetup(fn: RunningPart, publish: ReturnType<ConnectorTarget['publisher']>, jpeg: Uint8Array): Setup {
  let received = 0;
  let listener = (_: number) => {};
  fn.onMessage((message) => {
    if (!('received' in message)) return;
    received = Number(message.received);
    listener(received);
  });
  return {
    // behind the end of the frame, where no reader of JPEGs looks
    publish: (id) => publish(id, Buffer.concat([jpeg, Buffer.from(id, 'latin1')])),
    received: () => received,
    onReceived(given) {
      listener = given;
      return () => {
        listener = () => {};
      };
    },
    fetchReceived: async () => new Map((await (await fetch(`${fn.url}/received`)).json()) as [string, number][]),
  };
}

/** A connector that is just up may not know the function yet. */
async function firstFrame(setup: Setup): Promise<void> {
  await waitFor('the first frame', async () => (await setup.publish(uuidv7())) && setup.received() > 0, {
    timeout: 60_000,
    every: 500,
  });
  await settle(setup);
}

async function saturate(setup: Setup, windowMs: number, processes: () => NamedPid[]) {
  const ends = createEnds();
  let ended = setup.received();
  const stop = setup.onReceived((received) => {
    ends.end(received - ended);
    ended = received;
  });
  const load = startClosedLoad(IN_FLIGHT, async () => {
    const received = ends.wait();
    if (await setup.publish(uuidv7())) await received;
    else ends.end();
  });
  await sleep(windowMs / 4);
  const [cpuBefore, from, begin] = [readCpu(processes()), setup.received(), performance.now()];
  await sleep(windowMs);
  const frames = setup.received() - from;
  const seconds = (performance.now() - begin) / 1000;
  const used = cpuBetween(cpuBefore, readCpu(processes()));
  await load.stop(QUIET_MS);
  stop();
  await settle(setup);
  const each = (name: string) => (1000 * (used[name] ?? Number.NaN)) / frames;
  return {
    rate: frames / seconds,
    cpu: { connector: each('connector'), rabbitmq: each('rabbitmq'), gateway: each('gateway') },
  };
}

/** Counts what is lost when something happens under a steady load. */
async function underLoad(
  setup: Setup,
  { perSecond, windowMs }: { perSecond: number; windowMs: number },
  happen: () => Promise<void>,
): Promise<Losses> {
  const confirmed: string[] = [];
  const load = startOpenLoad(perSecond, async () => {
    const id = uuidv7();
    if (await setup.publish(id)) confirmed.push(id);
  });
  await sleep(windowMs / 2);
  await happen();
  await sleep(windowMs / 2);
  await load.stop();
  await settle(setup);
  const received = await setup.fetchReceived();
  return {
    confirmed: confirmed.length,
    lost: confirmed.filter((id) => !received.has(id)).length,
    repeated: confirmed.filter((id) => (received.get(id) ?? 0) > 1).length,
  };
}

/** Until nothing more has come for a while. */
async function settle({ received }: Setup): Promise<void> {
  let last = received();
  for (let since = Date.now(); Date.now() - since < QUIET_MS; await sleep(100)) {
    if (received() === last) continue;
    last = received();
    since = Date.now();
  }
}
