import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrame, EXCHANGE, type Frame, permissions, type ResultRecord } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { readMetric } from '@framewire/testkit';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBench, type TestBench } from '../testing/bench.ts';

const OBJECTS = { topic: 'objects', queue: 'object_queue', maxLength: 64, maxBytes: 1e8 };
let bench: TestBench;
let picture: string;
let watching: NodeJS.Timeout | undefined;
beforeEach(async () => {
  bench = await startBench({ more: [OBJECTS] });
  for (const queue of [undefined, OBJECTS.queue]) bench.consume(queue);
  picture = join(bench.folder, 'wall.jpg');
  await writeFile(
    picture,
    await sharp({ create: { width: 320, height: 240, channels: 3, background: '#889' } })
      .jpeg()
      .toBuffer(),
  );
});
afterEach(async () => {
  clearInterval(watching);
  await bench.stop();
});

const motion = { sensitivity: 50, smallest_area: 0.002, detect_every_s: 3 };
const stills = () => bench.results.filter(({ outcome }) => outcome === 'still');
const counted = async (outcome: string, topic = 'faces') =>
  (await readMetric(bench.registry, 'camera_frames_total', { camera_id: 'door', topic, outcome })) ?? 0;

/** Numbers that have an outcome or a place in the queue, and those up to the highest. */
function accountOf(all: (Frame | ResultRecord)[]): [number, number] {
  const known = new Set<number>();
  for (const { seq, shed = [], still = [] } of all) {
    known.add(seq!);
    for (const [first, last] of [...shed, ...still]) for (let n = first; n <= last; n++) known.add(n);
  }
  return [known.size, Math.max(...known)];
}

/** Frames that viewers get, as from a results-ws that says it watches. */
async function watch(): Promise<Frame[]> {
  const seen: Frame[] = [];
  bench.broker.consume({
    async queue(channel) {
      const { queue } = await channel.assertQueue('', { exclusive: true, arguments: { 'x-queue-type': 'classic' } });
      await channel.bindQueue(queue, EXCHANGE.watchedFrames, '*.door');
      return queue;
    },
    prefetch: 10,
    onDelivery({ content, properties }) {
      seen.push(decodeFrame({ content, messageId: properties.messageId, headers: properties.headers ?? {} }));
      return 'ack' as const;
    },
  });
  const content = Buffer.from(JSON.stringify({ node_id: 'test', cameras: ['door'] }));
  const notice = { exchange: EXCHANGE.watched, key: 'cameras', content, timeoutMs: 1_000 };
  watching = setInterval(
    () => void bench.broker.publish({ ...notice, properties: { mandatory: false } }).catch(() => {}),
    300,
  );
  return seen;
}

describe('a camera in whose frames nothing moves', () => {
  it('sends few of them to be detected, and accounts for each, in every topic', async () => {
    await bench.put('door', { url: picture, topics: { faces: { fps: 20 }, objects: { fps: 5 } }, motion });
    await waitFor('frames that are detected all the same', () => bench.frames.length >= 6, {
      timeout: 30_000,
    });
    const [faces, objects] = [await counted('still'), await counted('still', 'objects')];
    expect(faces).toBeGreaterThan(5 * (await counted('published')));
    expect(objects).toBeGreaterThan(3 * (await counted('published', 'objects')));
    expect(await counted('shed')).toBe(0);
    expect(
      stills().every(({ reason_code, detections }) => reason_code === 'no_motion' && detections.length === 0),
    ).toBe(true);
    await bench.cameras.remove('door');
    for (const topic of ['faces', 'objects']) {
      const source = bench.results.find((record) => record.topic === topic)!.source;
      const own = () => [...bench.frames, ...bench.results].filter((one) => one.source === source);
      await waitFor(
        'an account of every number',
        () => accountOf(own())[0] === accountOf(own())[1] && accountOf(own())[1] > 20,
      );
    }
  });

  it('shows whoever watches about one a second, each with its outcome', async () => {
    await bench.put('door', { url: picture, fps: 20, motion: { ...motion, detect_every_s: 3_600 } });
    await waitFor('a still one', () => stills().length > 0, { timeout: 20_000 });
    expect(stills().every(({ stages }) => stages.published_at === undefined)).toBe(true); // nobody watches
    const seen = await watch();
    await waitFor('some', () => seen.length >= 4, { timeout: 20_000 });
    await waitFor('their outcomes', () =>
      seen.slice(0, 4).every(({ frame_id }) => stills().some((record) => record.frame_id === frame_id)),
    );
    const times = seen.map(({ captured_at }) => captured_at);
    for (const [n, time] of times.slice(1).entries()) expect(time - times[n]!).toBeGreaterThan(900);
    const shown = stills().find(({ frame_id }) => frame_id === seen[1]!.frame_id)!;
    expect(shown).toMatchObject({ seq: seen[1]!.seq, reason: 'nothing moved' });
    expect(shown.stages.published_at).toBeGreaterThan(0);
  });

  it('sends none outside its hours', async () => {
    const hour = (new Date().getHours() + 12) % 24;
    const [from, to] = [hour, (hour + 1) % 24].map((one) => `${String(one).padStart(2, '0')}:00`);
    await bench.put('door', { url: picture, fps: 20, hours: [{ from: from!, to: to! }] });
    await waitFor('still ones', async () => (await counted('still')) > 30, { timeout: 20_000 });
    expect(bench.frames).toEqual([]);
    await waitFor('its record', () => stills().length > 0);
    expect(stills()[0]).toMatchObject({
      reason_code: 'outside_hours',
      reason: 'it is outside the hours of its camera',
    });
  });

  it('is still as soon as that is set, without another source, and as soon no more', async () => {
    await bench.put('door', { url: picture, fps: 20 });
    await waitFor('frames', () => bench.frames.length > 10, { timeout: 20_000 });
    const { source, restarts } = bench.stateOf('door')!;
    await bench.put('door', { url: picture, fps: 20, motion });
    await waitFor('still ones', async () => (await counted('still')) > 20, { timeout: 20_000 });
    await bench.put('door', { url: picture, fps: 20 });
    const before = await counted('published');
    await waitFor('frames again', async () => (await counted('published')) > before + 20, { timeout: 20_000 });
    expect(bench.stateOf('door')).toMatchObject({ source, restarts });
  });

  it('is none where the gate is off', async () => {
    await bench.put('door', { url: picture, fps: 20 });
    await waitFor('frames', () => bench.frames.length > 20, { timeout: 20_000 });
    expect(await counted('still')).toBe(0);
    expect(stills()).toEqual([]);
  });
});

it('the rights of its user are enough to show frames, and for no more', () => {
  const { write, read } = permissions().camera;
  expect(new RegExp(write).test('watched_frames')).toBe(true);
  expect(new RegExp(read).test('watched_frames')).toBe(false);
});
