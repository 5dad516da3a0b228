import { uuidv7 } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { BenchBroker } from '../broker.ts';
import { cpuBetween, readCpu } from '../cpu.ts';
import { type Forked, forkPart } from '../forked.ts';
import { startGateway } from './gateway.ts';
import type { ConnectorSubject } from './targets.ts';

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

/** Frames under way at once. */
const UNDER_WAY = 48;
/** So long nothing may come until all that will come has come, milliseconds. */
const QUIET_MS = 8_000;
/** How often the connector is killed, and how long it is let work before each. */
const KILLS = 5;
const WORK_MS = 300;
/** As long as the gateway is away, milliseconds. */
const AWAY_MS = 5_000;

interface Stage {
  publish(id: string): Promise<boolean>;
  /** Different frames that the function saw so far. */
  received(): number;
  fetchReceived(): Promise<Map<string, number>>;
}

/** One connector on a vhost of its own, before the same gateway and the same empty function. */
export async function measureRound(
  subject: ConnectorSubject,
  options: { broker: BenchBroker; jpeg: Uint8Array; windowMs: number; log: Log },
): Promise<Round> {
  const { broker, jpeg, windowMs, log } = options;
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const vhost = await broker.createVhost(`connector-${subject.name.toLowerCase()}`, 'quorum');
    closers.push(vhost.drop);
    await subject.prepare(vhost);
    const fn = await forkPart('bench/dist/programs/empty-function.js', {}, [subject.topic]);
    closers.push(fn.stop);
    const gateway = await startGateway(fn.url, subject.topic);
    closers.push(gateway.stop);
    const session = createBroker({ url: vhost.amqp, name: 'bench', log });
    closers.push(session.close);
    let connector = await subject.start(vhost, gateway);
    closers.push(() => connector.stop());

    const stage = openStage(fn, subject.publisher(session, log), jpeg);
    await firstFrame(stage);
    const processes = () => [
      { name: 'connector', pid: connector.pid },
      { name: 'gateway', pid: gateway.pid() },
      ...broker.processes(),
    ];
    const { rate, cpu } = await saturate(stage, windowMs, processes);

    const load = { perSecond: rate / 2, windowMs };
    const killed = await underLoad(stage, load, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(WORK_MS);
        await connector.kill();
        connector = await subject.start(vhost, gateway);
      }
    });
    const away = await underLoad(stage, load, async () => {
      await gateway.kill();
      await sleep(AWAY_MS);
      await gateway.start();
    });
    return { rate, cpu, killed, away, gateway: gateway.what };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function openStage(fn: Forked, publish: ReturnType<ConnectorSubject['publisher']>, jpeg: Uint8Array): Stage {
  let received = 0;
  fn.onMessage((message) => {
    if ('received' in message) received = Number(message.received);
  });
  return {
    // behind the end of the picture, where no reader of JPEGs looks
    publish: (id) => publish(id, Buffer.concat([jpeg, Buffer.from(id, 'latin1')])),
    received: () => received,
    fetchReceived: async () => new Map((await (await fetch(`${fn.url}/received`)).json()) as [string, number][]),
  };
}

/** A connector that is just up may not know the function yet. */
async function firstFrame(stage: Stage): Promise<void> {
  await waitFor('the first frame', async () => (await stage.publish(uuidv7())) && stage.received() > 0, {
    timeout: 60_000,
    every: 500,
  });
  await settle(stage);
}

async function saturate(stage: Stage, windowMs: number, processes: () => { name: string; pid: number }[]) {
  const before = stage.received();
  let sent = 0;
  let running = true;
  let publishing = 0;
  const feeding = (async () => {
    while (running) {
      while (publishing < UNDER_WAY && sent - (stage.received() - before) < UNDER_WAY) {
        sent++;
        publishing++;
        void stage.publish(uuidv7()).then((taken) => {
          publishing--;
          if (!taken) sent--;
        });
      }
      await sleep(1);
    }
  })();
  await sleep(windowMs / 4);
  const [cpuBefore, from, begin] = [readCpu(processes()), stage.received(), performance.now()];
  await sleep(windowMs);
  const frames = stage.received() - from;
  const seconds = (performance.now() - begin) / 1000;
  const used = cpuBetween(cpuBefore, readCpu(processes()));
  running = false;
  await feeding;
  await settle(stage);
  const each = (name: string) => (1000 * (used[name] ?? Number.NaN)) / frames;
  return {
    rate: frames / seconds,
    cpu: { connector: each('connector'), rabbitmq: each('rabbitmq'), gateway: each('gateway') },
  };
}

/** Frames at a steady rate, something happening in their midst; and the account of it. */
async function underLoad(
  stage: Stage,
  { perSecond, windowMs }: { perSecond: number; windowMs: number },
  happen: () => Promise<void>,
): Promise<Losses> {
  const confirmed: string[] = [];
  const publishing = new Set<Promise<unknown>>();
  const begin = performance.now();
  let sent = 0;
  const pacer = setInterval(() => {
    for (; sent < ((performance.now() - begin) * perSecond) / 1000; sent++) {
      const id = uuidv7();
      const work = stage.publish(id).then((taken) => taken && confirmed.push(id));
      publishing.add(work);
      void work.finally(() => publishing.delete(work));
    }
  }, 2);
  await sleep(windowMs / 2);
  await happen();
  await sleep(windowMs / 2);
  clearInterval(pacer);
  await Promise.all(publishing);
  await settle(stage);
  const received = await stage.fetchReceived();
  return {
    confirmed: confirmed.length,
    lost: confirmed.filter((id) => !received.has(id)).length,
    repeated: confirmed.filter((id) => (received.get(id) ?? 0) > 1).length,
  };
}

/** Until nothing more has come for a while. */
async function settle({ received }: Stage): Promise<void> {
  let last = received();
  for (let since = Date.now(); Date.now() - since < QUIET_MS; await sleep(100)) {
    if (received() === last) continue;
    last = received();
    since = Date.now();
  }
}
