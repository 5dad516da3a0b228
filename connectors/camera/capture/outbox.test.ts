import { BACKPRESSURE_INTERVAL_MS, countShed, EXCHANGE } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { readMetric } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBench, type TestBench } from '../testing/bench.ts';

let bench: TestBench;
beforeEach(async () => {
  bench = await startBench({ maxLength: 3 });
});
afterEach(() => bench.stop());

describe('the sequence numbers of a camera', () => {
  it('are all reported when the queue is full, by records of their own and with the next frame', async () => {
    // long enough to wait for the consumer: nobody here reports those that expire in the queue
    await bench.put('door', { url: 'demo:', fps: 20, deadline_ms: 60_000 });
    await waitFor('records of shed frames', () => shedAlone() >= 20);
    expect(bench.results[0]).toMatchObject({ camera_id: 'door', outcome: 'shed', reason: 'the queue is full' });

    await waitFor('some that are not reported yet', async () => (await shedCounted()) > shedAlone(), { every: 5 });
    bench.consume();
    await waitFor('frames again', () => bench.frames.length >= 20);
    await bench.cameras.remove('door');
    await expectAllCounted();
    expect(bench.frames.some(({ shed }) => countShed(shed) > 0)).toBe(true);
    expect(await bench.registry.metrics()).not.toContain('camera_id="door"'); // its series went with it
  });

  it('are all reported when the connection is cut while frames are in flight', async () => {
    bench.consume();
    await bench.put('door', { url: 'demo:', fps: 50 });
    await waitFor('frames', () => bench.frames.length >= 20);
    for (let round = 0; round < 2; round++) {
      await bench.vhost.cut('camera publishes');
      const before = bench.frames.length;
      await waitFor('frames after the cut', () => bench.frames.length >= before + 20);
    }
    await bench.cameras.remove('door');
    await expectAllCounted();
  }, 60_000); // the broker lists a connection only some seconds after it was made

  it('are all reported when a connector asks for fewer: the same share of every camera is shed, until it asks no more', async () => {
    bench.consume();
    const asking = ask(0.75);
    for (const id of ['door', 'yard']) await bench.put(id, { url: 'demo:', fps: 40 });
    const shedOf = (id: string) => bench.framesOf(id).reduce((sum, { shed }) => sum + countShed(shed), 0);
    await waitFor('shed frames', () => shedOf('door') > 30 && shedOf('yard') > 30, { timeout: 30_000 });
    for (const id of ['door', 'yard']) {
      // from the first that reports any: three of four are shed, one by one
      const [, ...passed] = bench.framesOf(id).filter(({ shed }) => shed);
      const shedCounts = passed.map(({ shed }) => countShed(shed));
      const sum = shedCounts.reduce((a, b) => a + b, 0);
      expect(sum / (sum + shedCounts.length)).toBeCloseTo(0.75, 1);
      expect(shedCounts.sort()[Math.floor(shedCounts.length / 2)]).toBe(3);
    }
    clearInterval(asking);
    await waitFor('all frames again', () => bench.frames.slice(-20).every(({ shed }) => !shed));
    for (const id of ['door', 'yard']) await bench.cameras.remove(id);
    await expectAllCounted();
  }, 60_000);

  it('begin again with each change of the camera, under another source', async () => {
    bench.consume();
    await bench.put('door', { url: 'demo:' });
    await waitFor('frames', () => bench.frames.length >= 3);
    await bench.put('door', { url: 'demo:', fps: 30 });
    await waitFor('frames of the second source', () => new Set(bench.frames.map(({ source }) => source)).size === 2);
    await bench.cameras.remove('door');
    await expectAllCounted();
  });
});

function ask(share: number): NodeJS.Timeout {
  const content = Buffer.from(JSON.stringify({ connector: 'test', shed_ratio: share }));
  const notice = { exchange: EXCHANGE.backpressure, key: 'faces', content, timeoutMs: 5_000 };
  return setInterval(
    () => void bench.broker.publish({ ...notice, properties: { mandatory: false } }).catch(() => {}),
    BACKPRESSURE_INTERVAL_MS,
  );
}

const shedCounted = async () => (await readMetric(bench.registry, 'camera_frames_total', { outcome: 'shed' })) ?? 0;
const shedAlone = () => bench.results.reduce((sum, { shed }) => sum + 1 + countShed(shed), 0);

/** Of each source: every sequence number from the first to the last is accounted for. */
async function expectAllCounted(): Promise<void> {
  await waitFor('the last record', () => {
    const accounted = new Map<string, Set<number>>();
    const note = (source: string, seq: number) => {
      if (!accounted.has(source)) accounted.set(source, new Set());
      accounted.get(source)!.add(seq);
    };
    const published = new Map(bench.frames.map((frame) => [frame.frame_id, frame])); // a repeated publish is one frame
    for (const { source, seq, shed = [] } of [...published.values(), ...bench.results]) {
      note(source!, seq!);
      for (const [first, last] of shed) for (let n = first; n <= last; n++) note(source!, n);
    }
    for (const seqs of accounted.values())
      expect([...seqs].sort((a, b) => a - b)).toEqual([...seqs].map((_, i) => i + 1));
    return true;
  });
}
