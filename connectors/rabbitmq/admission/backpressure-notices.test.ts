import { type Backpressure, listenForBackpressure } from '@framewire/runtime/frames';
import { sleep, waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANSWER, detector } from '../testing/gateway.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

/** Frames a second that the function takes: two at once, each for so long, milliseconds. */
const TAKES_MS = 100;

let system: TestSystem;
let pressure: Backpressure;
beforeAll(async () => {
  system = await startTestSystem();
  pressure = listenForBackpressure({ broker: system.broker, log: silentLog });
  const answer = detector({
    answer: async (c) => {
      await sleep(TAKES_MS);
      return c.json(ANSWER);
    },
  });
  system.gateway.functions.set('detect-faces', answer);
  await system.start();
});
afterAll(() => system.close());

/** Sends frames at a steady rate, those that are admitted, until it is stopped. */
function offer(perSecond: number, live: boolean) {
  let stopped = false;
  const count = { sent: 0, shed: 0 };
  const running = (async () => {
    for (const begin = Date.now(), n = { due: 0 }; !stopped; await sleep(5)) {
      for (; n.due < ((Date.now() - begin) * perSecond) / 1000; n.due++) {
        if (live && !pressure.admits('door')) count.shed++;
        else {
          count.sent++;
          void system.send(live ? { deadline_ms: Date.now() + 2_000 } : {}).catch(() => {});
        }
      }
    }
  })();
  return {
    count,
    stop() {
      stopped = true;
      return running;
    },
  };
}

it('sources of live frames are asked to shed what is too much, and no more when the overload is over', async () => {
  const load = offer(60, true); // three times as many as are taken
  await waitFor('a share', () => pressure.share() > 0.4, { timeout: 20_000 });
  await waitFor('shed frames', () => load.count.shed > 40, { timeout: 20_000 });
  expect(await system.metric('connector_shed_ratio', { queue: 'frame_queue' })).toBeGreaterThan(0);
  await load.stop();
  await waitFor('the end of it', () => pressure.share() === 0, { timeout: 20_000 });
}, 60_000);

it('frames without a deadline ask nothing of anybody', async () => {
  const load = offer(40, false);
  await waitFor('a queue', async () => (await system.ready('frame_queue')) > 20, { timeout: 20_000 });
  expect(pressure.share()).toBe(0);
  await load.stop();
}, 60_000);
