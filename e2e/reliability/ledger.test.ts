/** The ledger and the stages of frames, held against what really became of them. */
import { once } from 'node:events';
import {
  EXCHANGE,
  encodeFrame,
  type Frame,
  frameAnswer,
  frameKey,
  type LedgerAnswer,
  ledgerAnswer,
  QUEUE,
  type ResultRecord,
} from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { createScene } from '../../testkit/frames/scene.ts';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { processOf } from '../../testkit/system/processes.ts';

/** Frames whose stages are added up; with FRAMEWIRE_FRAMES as many as it says, 10000 say. */
const FRAMES = Number(process.env.FRAMEWIRE_FRAMES ?? 200);
/** Frames under way at once. */
const UNDER_WAY = 12;
const TOLERANCE_MS = 2;

const system = inject('system');
const broker = createBroker({ url: system.amqp, name: 'accounts', log: silentLog });
const records = openResultLog(system.amqp);
let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = await createScene('accounts').draw(0);
});
afterAll(async () => {
  await records.close();
  await broker.close();
});

const askLedger = async (): Promise<LedgerAnswer> =>
  ledgerAnswer.parse(await (await fetch(`${system.dashboard}/api/ledger`)).json());
const accountOf = (ledger: LedgerAnswer, camera: string) =>
  ledger.cameras.find(({ camera_id }) => camera_id === camera);

describe('a frame that somebody takes out of frame_queue', () => {
  it('is the one that is unaccounted for, by its number and its id', async () => {
    const camera = 'robbed';
    const frames = createFramePublisher({ broker, log: silentLog });
    const before = (await askLedger()).totals.unaccounted;
    const sent: Frame[] = [];
    const send = async () => {
      const frame = frames.number({ camera_id: camera, captured_at: Date.now(), jpeg });
      await frames.send(frame, { timeoutMs: 5_000 });
      sent.push(frame);
    };
    // a reader that has just begun counts a source's sequence numbers from the first that it sees
    await send();
    await waitFor('the first outcome', () => records.missing([sent[0]!.frame_id]).length === 0, { timeout: 60_000 });
    const stopped = processOf(system.data, 'connector');
    process.kill(stopped.pid, 'SIGSTOP');
    let taken: string | undefined;
    try {
      while (sent.length < 21) await send();
      // those that the connector was given before it was stopped are its own; the next in the queue goes
      const done = new AbortController();
      const thief = broker.consume({
        queue: QUEUE.frames,
        prefetch: 1,
        async onDelivery({ properties }) {
          if (taken) {
            // given back once, and not again and again: each time counts as a try
            await once(done.signal, 'abort');
            return 'release';
          }
          taken = properties.messageId;
          return 'ack';
        },
      });
      await waitFor('a frame to be taken', () => taken);
      const ended = thief.stop();
      done.abort();
      await ended;
    } finally {
      if (isRunning(stopped)) process.kill(stopped.pid, 'SIGCONT');
    }
    const others = sent.flatMap(({ frame_id }) => (frame_id === taken ? [] : frame_id));
    await waitFor('the outcomes of the others', () => records.missing(others).length === 0, { timeout: 60_000 });
    const { source, seq } = sent.find(({ frame_id }) => frame_id === taken)!;
    const ledger = await waitFor(
      'the grace to be over',
      async () => {
        const answer = await askLedger();
        const { published, in_flight } = accountOf(answer, camera) ?? {};
        return published === sent.length && in_flight === 0 ? answer : undefined;
      },
      { timeout: 60_000, every: 500 },
    );
    expect(ledger.unaccounted).toContainEqual(
      expect.objectContaining({ frame_id: taken, camera_id: camera, source, seq }),
    );
    expect(ledger.totals.unaccounted - before).toBe(1);
    expect(accountOf(ledger, camera)).toMatchObject({ published: 21, detected: 20, unaccounted: 1, in_flight: 0 });
    // put back, its outcome comes late, and it is accounted for
    const { content, ...properties } = encodeFrame(sent.find(({ frame_id }) => frame_id === taken)!);
    await broker.publish({ exchange: EXCHANGE.frames, key: frameKey(camera), content, properties, timeoutMs: 5_000 });
    await waitFor('it to be accounted for', async () => accountOf(await askLedger(), camera)?.unaccounted === 0);
    await frames.close();
  });
});

describe(`the stages of ${FRAMES} frames`, () => {
  it(`add up to the age of each within ${TOLERANCE_MS} ms, and none is negative`, {
    timeout: 60_000 + FRAMES * 1_000,
  }, async () => {
    const frames = createFramePublisher({ broker, log: silentLog });
    const ids: string[] = [];
    let done = 0;
    const sendAll = async () => {
      while (ids.length < FRAMES) {
        const frame = frames.number({ camera_id: 'summed', captured_at: Date.now(), jpeg });
        ids.push(frame.frame_id);
        const isDue = () => ids.length - done <= UNDER_WAY;
        await frames.send(frame, { timeoutMs: 5_000 });
        await waitFor(
          'outcomes',
          () => {
            done = records.records.filter(({ camera_id }) => camera_id === 'summed').length;
            return isDue();
          },
          { timeout: 60_000, every: 20 },
        );
      }
    };
    await sendAll();
    await waitFor('the last outcomes', () => records.missing(ids.slice(-2 * UNDER_WAY)).length === 0, {
      timeout: 60_000,
    });
    const own = records.records.filter(({ camera_id, outcome }) => camera_id === 'summed' && outcome === 'detected');
    expect(new Set(own.map(({ frame_id }) => frame_id)).size).toBe(FRAMES);
    const wrong = own.flatMap((record) => complaint(record) ?? []);
    expect(wrong).toEqual([]);

    // and as the server shows it for one frame
    for (const { frame_id } of own.slice(-20)) {
      const answer = await fetch(`${system.dashboard}/api/frames/${frame_id}`);
      const { record, stages } = frameAnswer.parse(await answer.json());
      const sum = Object.values(stages!).reduce((total, ms) => total + ms, 0);
      expect(Math.abs(sum - ageOf(record))).toBeLessThanOrEqual(TOLERANCE_MS);
    }
    await frames.close();
  });
});

const ageOf = ({ timestamp, original_timestamp }: ResultRecord) => (timestamp - original_timestamp) * 1000;

/** What does not add up. The moments are whole milliseconds, the function's own times are not. */
function complaint(record: ResultRecord): string | undefined {
  const { captured_at, published_at, received_at, invoked_at, answered_at, wait, decode, detect } = record.stages;
  const moments = [captured_at, published_at, received_at, invoked_at, answered_at, record.timestamp * 1000];
  if (moments.some((moment) => moment === undefined) || [wait, decode, detect].some((took) => took === undefined))
    return `${record.frame_id}: a stage is missing`;
  const spent = moments.slice(1).map((moment, i) => moment! - moments[i]!);
  const [publish, queue, hold, invoke, result] = spent as [number, number, number, number, number];
  const within = wait! + decode! + detect!;
  const parts = { publish, queue, hold, gateway: invoke - within, wait, decode, detect, result };
  const sum = Object.values(parts).reduce<number>((total, ms) => total + ms!, 0);
  if (Math.abs(sum - ageOf(record)) > TOLERANCE_MS) return `${record.frame_id}: ${sum} ms of ${ageOf(record)}`;
  const negative = Object.entries(parts).find(([, ms]) => ms! < -TOLERANCE_MS);
  return negative && `${record.frame_id}: ${negative.join(' ')} ms`;
}
