import { BACKPRESSURE_INTERVAL_MS, EXCHANGE, type Frame } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { readMetric } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBench, type TestBench } from '../testing/bench.ts';

const OBJECTS = { topic: 'objects', queue: 'object_queue', maxLength: 3, maxBytes: 1e8 };
let bench: TestBench;
beforeEach(async () => {
  bench = await startBench({ more: [OBJECTS] });
});
afterEach(() => bench.stop());

const put = (faces: number, objects: number) =>
  bench.put('door', { url: 'demo:', topics: { faces: { fps: faces }, objects: { fps: objects } } });
const sourceOf = (topic: string) => bench.stateOf('door')!.topics![topic]!.source;
const framesOf = (source: string) => bench.frames.filter((frame) => frame.source === source);
const counted = async (topic: string, outcome: string) =>
  (await readMetric(bench.registry, 'camera_frames_total', { topic, outcome })) ?? 0;

describe('a camera with two topics', () => {
  it('sends each its share of one JPEG, under sequence numbers of its own without a gap', async () => {
    for (const queue of [undefined, OBJECTS.queue]) bench.consume(queue);
    await put(20, 1);
    const [faces, objects] = [sourceOf('faces'), sourceOf('objects')];
    await waitFor('frames of both', () => framesOf(objects).length >= 3 && framesOf(faces).length >= 10);
    expect(numbers(framesOf(faces))).toEqual(upTo(framesOf(faces).length));
    expect(numbers(framesOf(objects))).toEqual(upTo(framesOf(objects).length));
    expect(framesOf(faces).length).toBeGreaterThan(framesOf(objects).length);
    // the same picture, and both know it
    for (const frame of framesOf(objects)) {
      const twin = await waitFor('its twin', () =>
        framesOf(faces).find((one) => one.captured_at === frame.captured_at),
      );
      expect(Buffer.compare(twin.jpeg, frame.jpeg)).toBe(0);
      expect(twin.frame_id).not.toBe(frame.frame_id);
    }
  });

  it('loses nothing of one where the queue of the other is full: that one alone is shed, and all of it is accounted for', async () => {
    bench.consume();
    await bench.put('door', {
      url: 'demo:',
      // long enough to wait in a queue that nobody reads
      topics: { faces: { fps: 20 }, objects: { fps: 20, deadline_ms: 60_000 } },
    });
    const [faces, objects] = [sourceOf('faces'), sourceOf('objects')];
    await waitFor('objects that were shed', async () => (await counted('objects', 'shed')) >= 40);
    await waitFor('faces', () => framesOf(faces).length >= 40);
    expect(await counted('faces', 'shed')).toBe(0);
    expect(numbers(framesOf(faces))).toEqual(upTo(framesOf(faces).length));
    expect(framesOf(faces).every(({ shed }) => shed === undefined)).toBe(true);
    expect(bench.results.every(({ topic, source }) => topic === 'objects' && source === objects)).toBe(true);

    bench.consume(OBJECTS.queue);
    await bench.cameras.remove('door');
    const shed = () => [...framesOf(objects), ...bench.results];
    await waitFor('an account of every number', () => accounted(shed()) === Math.max(...shed().map(({ seq }) => seq!)));
    expect(await bench.registry.metrics()).not.toContain('camera_id="door"');
  });

  it('sheds of the one alone that a connector asks for', async () => {
    for (const queue of [undefined, OBJECTS.queue]) bench.consume(queue);
    const asking = ask('objects');
    try {
      await put(20, 20);
      await waitFor('objects that were shed', async () => (await counted('objects', 'shed')) >= 20);
      await waitFor('faces', async () => (await counted('faces', 'published')) >= 20);
      expect(await counted('faces', 'shed')).toBe(0);
    } finally {
      clearInterval(asking);
    }
  });

  it('has no series of a topic that was taken from it', async () => {
    for (const queue of [undefined, OBJECTS.queue]) bench.consume(queue);
    await put(20, 20);
    await waitFor('frames of both', async () => (await counted('objects', 'published')) > 0);
    await bench.put('door', { url: 'demo:' });
    expect(await bench.registry.metrics()).not.toContain('topic="objects"');
    expect(Object.keys(bench.stateOf('door')!.topics!)).toEqual(['faces']);
  });
});

const numbers = (frames: Frame[]) => frames.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** How many numbers have a frame, or were reported as shed. */
function accounted(all: { seq?: number; shed?: [number, number][] }[]): number {
  const known = new Set<number>();
  for (const { seq, shed = [] } of all) {
    known.add(seq!);
    for (const [first, last] of shed) for (let n = first; n <= last; n++) known.add(n);
  }
  return known.size;
}

function ask(topic: string): NodeJS.Timeout {
  const content = Buffer.from(JSON.stringify({ connector: 'test', shed_ratio: 0.75 }));
  const notice = { exchange: EXCHANGE.backpressure, key: topic, content, timeoutMs: 5_000 };
  return setInterval(
    () => void bench.broker.publish({ ...notice, properties: { mandatory: false } }).catch(() => {}),
    BACKPRESSURE_INTERVAL_MS,
  );
}
