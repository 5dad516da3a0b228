/** Three brokers: any one may be lost, and without two nothing is taken that could be lost. */
import { diagnosisAnswer, type Finding, ledgerAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKERS, cutOff, untilSpare } from '../../testkit/broker/nodes.ts';
import { createScene } from '../../testkit/frames/scene.ts';
import { startPosts } from '../../testkit/load/posts.ts';
import { openResultLog, type ResultLog } from '../../testkit/results/result-stream.ts';
import { ingestUrl, postBody, postFrame, putCamera, removeCameras, untilView } from '../../testkit/system/cameras.ts';
import { listProcesses, processesOf, processOf, stopProcesses } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';

let system: System;
let records: ResultLog;
beforeAll(async () => {
  system = await startSystem({ args: ['--no-demo', '--brokers', '3'] });
  records = openResultLog(system.amqp);
}, 240_000);
afterAll(async () => {
  await records?.close();
  await system?.stop();
});

const untilAllSpare = () => Promise.all(BROKERS.map((_, index) => untilSpare(system, index)));
const untilEnded = (ids: string[]) =>
  waitFor('all outcomes', () => records.missing(ids).length === 0, { timeout: 120_000, every: 200 });
/** By itself, or as an effect of a machine that is short of CPU. */
const finding = async (cause: Finding['cause']) => {
  const answer = await fetch(`${system.dashboard}/api/diagnosis`);
  const { findings } = diagnosisAnswer.parse(await answer.json());
  return findings.flatMap((one) => [one, ...one.effects]).find((one) => one.cause === cause);
};
const named = (cause: Finding['cause'], message: RegExp) =>
  waitFor(`the cause ${cause}`, async () => message.test((await finding(cause))?.message ?? ''), {
    timeout: 60_000,
    every: 500,
  });
const cleared = (cause: Finding['cause']) =>
  waitFor(`the end of ${cause}`, async () => !(await finding(cause)), { timeout: 60_000, every: 500 });

describe('one of three brokers', () => {
  it('is killed, each in turn: no confirmed frame is lost, and none is shown twice', async () => {
    const shown = new Map<string, number>();
    const viewer = openViewer(system.dashboard, ({ record }) => {
      shown.set(record.frame_id, (shown.get(record.frame_id) ?? 0) + 1);
    });
    await viewer.connected;
    const load = await startPosts(system, 'survivor', 4);
    const more = async (what: string) => {
      const enough = load.accepted.length + 20;
      await waitFor(`frames ${what}`, () => load.accepted.length >= enough, { timeout: 60_000 });
    };
    await more('before anything was killed');
    for (const [index, name] of BROKERS.entries()) {
      await untilSpare(system, index);
      const running = listProcesses(system.data).length;
      process.kill(processOf(system.data, name).pid, 'SIGKILL');
      await more(`without ${name}`);
      await waitFor(`${name} to run again`, () => listProcesses(system.data).length >= running, { timeout: 60_000 });
    }
    await load.stop();
    await untilEnded(load.accepted);
    await waitFor('all of them shown', () => load.accepted.every((id) => shown.has(id)), { timeout: 30_000 });
    expect([...shown].filter(([, times]) => times > 1)).toEqual([]);
    await viewer.close();
  }, 600_000);

  it('hangs: the diagnosis names it and says what it means, until it answers again', async () => {
    await untilAllSpare();
    const resume = stopProcesses([processOf(system.data, 'rabbitmq-2')]);
    try {
      await named(
        'broker-node',
        /^Broker node rabbitmq-2 has not answered for .*: 2 of 3 run\. If 1 more goes, no frame/,
      );
    } finally {
      resume();
    }
    await cleared('broker-node');
  }, 300_000);

  it('is cut off from the others, and pauses: the diagnosis names it, and frames flow', async () => {
    await untilAllSpare();
    const rejoin = await cutOff(system, 2);
    try {
      await named('broker-node', /^Broker node rabbitmq-3 has not answered/);
      const jpeg = await createScene('partition').draw(0);
      const id = await waitFor(
        'a frame to be taken',
        () => postFrame(system, 'partition', jpeg).catch(() => undefined),
        {
          timeout: 60_000,
        },
      );
      await untilEnded([id]);
    } finally {
      await rejoin();
    }
    await cleared('broker-node');
  }, 300_000);
});

/** Two brokers end, and stay away. @returns what lets them come back. */
async function killTwo(): Promise<() => void> {
  const lost = BROKERS.slice(1).map((name) => processOf(system.data, name));
  for (const { pid } of lost) process.kill(pid, 'SIGKILL');
  // each is started again at once, and then held before it has booted
  const resumed = lost.map(async ({ name, pid }) => {
    const successor = () => processesOf(system.data, name).find((one) => one.pid !== pid);
    return stopProcesses([await waitFor(`${name} to be started again`, successor, { timeout: 30_000, every: 10 })]);
  });
  const all = await Promise.all(resumed);
  return () => {
    for (const resume of all) resume();
  };
}
const stopTwo = async () => stopProcesses(BROKERS.slice(1).map((name) => processOf(system.data, name)));

describe.each([
  ['killed', killTwo],
  ['stopped', stopTwo],
])('two of three brokers are %s', (how, takeTwo) => {
  const camera = `minority-${how}`;
  const accountOf = async () => {
    const answer = await fetch(`${system.dashboard}/api/ledger`);
    return ledgerAnswer.parse(await answer.json()).cameras.find(({ camera_id }) => camera_id === camera);
  };
  const shed = async () => {
    const metrics = await (await fetch(new URL('/metrics', system.cameras))).text();
    const line = new RegExp(`^camera_frames_total{camera_id="${camera}",topic="faces",outcome="shed"} (\\d+)`, 'm');
    return Number(line.exec(metrics)?.[1] ?? 0);
  };

  it('frames are refused with a code, cameras shed and count, and nothing confirmed is lost', async () => {
    await untilAllSpare();
    const jpeg = await createScene(camera).draw(0);
    await putCamera(system, camera, { url: 'demo:', fps: 4, deadline_ms: 1_000 });
    await untilView(system, camera, 'sends', (view) => (view?.rate ?? 0) > 1);

    // frames that are confirmed, and wait in the queue when the brokers go
    const resumeConnector = stopProcesses(processesOf(system.data, 'connector'));
    const confirmed: string[] = [];
    for (let n = 0; n < 10; n++) confirmed.push(await postFrame(system, 'waiting', jpeg));
    const before = await shed();
    const giveBack = await takeTwo();
    try {
      resumeConnector();
      for (let n = 0; n < 5; n++) {
        const answer = await postBody(ingestUrl(system, 'waiting'), jpeg);
        const { code } = (await answer.json()) as { code: string };
        expect([`${answer.status}`, code].join(' ')).toMatch(/^(503 (broker_unreachable|unconfirmed)|429 queue_full)$/);
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      await waitFor('the camera to shed', async () => (await shed()) > before + 4, { timeout: 30_000, every: 200 });
      await named('broker', /of 3 nodes of the broker do not answer/);
    } finally {
      giveBack();
    }
    confirmed.push(
      await waitFor('a frame to be taken', () => postFrame(system, 'waiting', jpeg).catch(() => undefined), {
        timeout: 120_000,
        every: 500,
      }),
    );
    await untilEnded(confirmed);
    await untilView(system, camera, 'sends again', (view) => (view?.rate ?? 0) > 1);
    await removeCameras(system, camera);
    const account = await waitFor(
      'each frame of the camera to be accounted for',
      async () => {
        const one = await accountOf();
        return one?.in_flight === 0 ? one : undefined;
      },
      { timeout: 120_000, every: 500 },
    );
    expect(account).toMatchObject({ unaccounted: 0 });
    expect(account.shed).toBeGreaterThan(4);
    expect(account.detected).toBeGreaterThan(0);
    await cleared('broker');
  }, 600_000);
});
