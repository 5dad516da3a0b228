import { BACKPRESSURE_HOLDS_MS, EXCHANGE } from '@framewire/contract';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Broker, createBroker } from '../amqp/session.ts';
import { waitFor } from '../process/wait.ts';
import { type Backpressure, createThinning, listenForBackpressure } from './backpressure.ts';

describe('thinning', () => {
  it.each([0, 0.02, 0.1, 1 / 3, 0.5, 0.77, 0.99])('lets exactly a share of %s go, evenly', (share) => {
    const thinning = createThinning();
    const admitted = Array.from({ length: 10_000 }, () => thinning.admits('door', share));
    const count = admitted.filter(Boolean).length;
    expect(Math.abs(count - 10_000 * (1 - share))).toBeLessThanOrEqual(1);
    const gaps = admitted.flatMap((yes, i) => (yes ? [i] : [])).map((at, i, all) => at - (all[i - 1] ?? at));
    const [least, most] = [Math.min(...gaps.slice(1)), Math.max(...gaps.slice(1))];
    expect(most - least).toBeLessThanOrEqual(1);
  });

  it('takes the same share of each camera, whatever their turns', () => {
    const thinning = createThinning();
    const counts = new Map<string, number>();
    for (let n = 0; n < 8_000; n++) {
      const camera = `camera-${n % 8}`;
      if (thinning.admits(camera, 0.5)) counts.set(camera, (counts.get(camera) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThanOrEqual(1);
  });

  it('lets cameras that begin together not send together', () => {
    const thinning = createThinning();
    const cameras = Array.from({ length: 200 }, (_, i) => `camera-${i}`);
    const first = cameras.filter((camera) => thinning.admits(camera, 0.5));
    expect(first.length).toBeGreaterThan(60);
    expect(first.length).toBeLessThan(140);
  });
});

describe('a source', () => {
  let vhost: TestVhost;
  let broker: Broker;
  let pressure: Backpressure;
  beforeEach(async () => {
    vhost = await createTestVhost();
    broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
    pressure = listenForBackpressure({ broker, log: silentLog });
  });
  afterEach(async () => {
    await broker.close();
    await vhost.drop();
  });

  const ask = (notice: unknown, key = 'faces') =>
    broker.publish({
      exchange: EXCHANGE.backpressure,
      key,
      content: Buffer.from(JSON.stringify(notice)),
      timeoutMs: 5_000,
      properties: { mandatory: false },
    });
  /** Until it listens, notices are for nobody. */
  const asks = (notice: unknown, share: number) =>
    waitFor('the notice', async () => {
      await ask(notice);
      return pressure.share() === share;
    });

  it('does as the connector says that asks for most, and as it says last', async () => {
    expect(pressure.admits('door')).toBe(true);
    await asks({ connector: 'a', shed_ratio: 0.5 }, 0.5);
    await asks({ connector: 'b', shed_ratio: 0.25 }, 0.5);
    await asks({ connector: 'a', shed_ratio: 0 }, 0.25);
    await asks({ connector: 'b', shed_ratio: 0 }, 0);
    expect(pressure.admits('door')).toBe(true);
  });

  it('admits all again when its connector is not heard any more', async () => {
    await asks({ connector: 'a', shed_ratio: 0.99 }, 0.99);
    await waitFor('the end', () => pressure.share() === 0, { timeout: 3 * BACKPRESSURE_HOLDS_MS });
  });

  it('passes over what is no notice, and keeps what is said of another topic to that', async () => {
    await asks({ connector: 'a', shed_ratio: 0.5 }, 0.5);
    await ask({ connector: 'a', shed_ratio: 7 });
    await ask('all of them');
    await asks({ connector: 'b', shed_ratio: 0.6 }, 0.6);
    await waitFor('that of another topic', async () => {
      await ask({ connector: 'a', shed_ratio: 0.9 }, 'objects');
      return pressure.share('objects') === 0.9;
    });
    expect(pressure.share()).toBeLessThanOrEqual(0.6);
    expect(pressure.share('bytes')).toBe(0);
    const admitted = Array.from({ length: 20 }, () => pressure.admits('door', 'bytes'));
    expect(admitted).not.toContain(false);
    expect(Array.from({ length: 20 }, () => pressure.admits('door', 'objects')).filter(Boolean).length).toBeLessThan(5);
  });
});
