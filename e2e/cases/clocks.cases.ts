/** Producers whose clocks are off: named by the diagnosis, and their frames not blamed on the queue. */
import { randomUUID } from 'node:crypto';
import { diagnosisAnswer, EXCHANGE, frameKey, framesAnswer } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import { sleep } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { aCase } from './case.ts';

const system = inject('system');
let broker: Broker;
let jpeg: Uint8Array;
beforeAll(async () => {
  broker = createBroker({ url: system.amqp, name: 'clocks', log: silentLog });
  jpeg = await createScene('clocks').draw(0);
});
afterAll(() => broker.close());

const FPS = 4;
const LIFE_MS = 2_000;
const NAMED_WITHIN_S = 25;

/** Frames with a deadline, by a clock that is off by so many milliseconds. */
async function send(camera_id: string, offMs: number): Promise<void> {
  const at = Date.now() + offMs;
  const headers = { camera_id, captured_at: at, published_at: at, deadline_ms: at + LIFE_MS };
  const properties = { contentType: 'image/jpeg', messageId: randomUUID(), headers };
  const to = { exchange: EXCHANGE.frames, key: frameKey(camera_id), timeoutMs: 5_000 };
  await broker.publish({ ...to, content: jpeg, properties }).catch(() => {}); // a full queue is no matter here
}

function clock(name: string, offMs: number): void {
  aCase(name, 'the diagnosis names its clock; no frame is blamed on the queue', async () => {
    const camera = `clock-${name.replaceAll(' ', '-')}`;
    let named: string | undefined;
    for (const end = Date.now() + NAMED_WITHIN_S * 1000; Date.now() < end && !named; await sleep(1000 / FPS)) {
      await send(camera, offMs);
      const { findings } = diagnosisAnswer.parse(await (await fetch(`${system.dashboard}/api/diagnosis`)).json());
      // beside a machine that is short of something it is one of the effects
      const all = findings.flatMap((finding) => [finding, ...finding.effects]);
      named = all.find(({ cause, message }) => cause === 'clock' && message.includes(camera))?.message;
    }
    const answer = await fetch(`${system.dashboard}/api/frames?camera=${camera}&limit=1000`);
    const { frames } = framesAnswer.parse(await answer.json());
    const blamed = frames.filter(({ reason_code }) => reason_code === 'deadline_in_queue').length;
    const outcomes = frames.map(({ outcome }) => outcome);
    const seen = `${named ?? `not named in ${NAMED_WITHIN_S} s`}; ${frames.length} frames: ${[...new Set(outcomes)].join(', ')}; ${blamed} blamed on the queue`;
    return { seen, ok: named !== undefined && blamed === 0 && frames.length > 0 };
  });
}

describe('clocks', () => {
  clock('ten minutes behind', -600_000);
  clock('ten minutes ahead', 600_000);
});
