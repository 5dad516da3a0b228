import type { TracksRecord } from '@framewire/contract';
import { sleep, waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildTracker, type Program, type Running } from './testing/process.ts';
import { boxAt, openStream, type TestStream } from './testing/stream.ts';

let program: Program;
beforeAll(async () => {
  program = await buildTracker();
});
afterAll(() => program.remove());

describe('track-objects', () => {
  let vhost: TestVhost;
  let stream: TestStream;
  const running: Running[] = [];
  /** Captures are a tenth of a second apart, however long a test takes. */
  let begun: number;
  beforeEach(async () => {
    begun = Date.now() / 1000;
    vhost = await createTestVhost();
    stream = openStream(vhost.amqp);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.child.exitCode === null && one.kill()));
    await stream.close();
    await vhost.drop();
  });
  const start = async (name = 'tracker-a') => {
    const one = await program.start(vhost.amqp, name);
    running.push(one);
    return one;
  };
  /** Frames of a camera in which an object walks to the right. */
  async function walk(frames: number, { camera = 'door', from = 1, pauseMs = 50 } = {}) {
    for (let seq = from; seq < from + frames; seq++) {
      await stream.result({
        camera_id: camera,
        source: `s-${camera}`,
        seq,
        original_timestamp: begun + seq / 10,
        detections: [boxAt(10 + 3 * seq, 100)],
      });
      await sleep(pauseMs);
    }
  }
  const of = (camera: string): TracksRecord[] => stream.tracks.filter(({ camera_id }) => camera_id === camera);
  const seqs = (camera: string) => [...new Set(of(camera).flatMap(({ seq }) => seq ?? []))];
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  it('follows an object from its second frame on, and ends its track some seconds after the last', async () => {
    await start();
    await walk(6);
    await waitFor('its frames', () => of('door').length === 5);
    expect(seqs('door')).toEqual(range(2, 6));
    for (const { tracks } of of('door')) expect(tracks).toMatchObject([{ id: 1, detection: 0 }]);
    const { begin, frames, sighting_id } = of('door').at(-1)!.tracks[0]!;
    expect(frames).toBe(6);
    expect(begin).toBeLessThan(of('door')[0]!.captured_at);
    // no frame comes any more
    const ended = await waitFor('the end', () => of('door').find(({ ended }) => ended.length), { timeout: 30_000 });
    expect(ended).toMatchObject({ tracks: [], ended: [{ id: 1, sighting_id }] });
  }, 60_000);

  it('that is killed goes on where it was: no id is given twice, no frame is missing', async () => {
    const first = await start('tracker-a');
    await walk(8);
    await waitFor('its frames', () => of('door').length >= 5);
    await first.kill();
    await walk(8, { from: 9 });
    await start('tracker-b');
    await walk(4, { from: 17 });
    await waitFor('the last frame', () => seqs('door').includes(20), { timeout: 40_000 });
    expect(seqs('door')).toEqual(range(2, 20));
    const ids = new Set(
      of('door').flatMap(({ tracks }) => tracks.map(({ id, sighting_id }) => `${id} ${sighting_id}`)),
    );
    expect(ids.size).toBe(1);
    expect(of('door').find(({ seq }) => seq === 20)!.tracks[0]!.frames).toBe(20);
    // a new object gets the next number
    await stream.result({ source: 's-door', seq: 21, original_timestamp: begun + 2.1, detections: [boxAt(400, 300)] });
    await stream.result({ source: 's-door', seq: 22, original_timestamp: begun + 2.2, detections: [boxAt(401, 300)] });
    await waitFor('another track', () => of('door').some(({ tracks }) => tracks.some(({ id }) => id === 2)));
  }, 90_000);

  it('that ends in order hands over at once; ids go on long after the last track', async () => {
    const first = await start('tracker-a');
    await walk(3);
    await waitFor('the end of its track', () => of('door').some(({ ended }) => ended.length), { timeout: 30_000 });
    await first.stop();
    expect(stream.progress.at(-1)).toMatchObject({ node_id: 'tracker-a', left: true, cameras: {} });
    await start('tracker-b');
    await stream.result({ source: 't', seq: 1, detections: [boxAt(100, 300)] });
    await stream.result({ source: 't', seq: 2, detections: [boxAt(101, 300)] });
    const next = await waitFor('a track', () => of('door').find(({ node_id }) => node_id === 'tracker-b'));
    expect(next.tracks).toMatchObject([{ id: 2 }]);
  }, 90_000);

  it('shares cameras among replicas: each has one tracker, and that of a killed one is taken over', async () => {
    const cameras = Array.from({ length: 12 }, (_, i) => `cam-${i}`);
    const both = [await start('tracker-a'), await start('tracker-b')];
    const walkAll = (from: number, frames: number) =>
      Promise.all(cameras.map((camera) => walk(frames, { camera, from, pauseMs: 100 })));
    await walkAll(1, 10);
    await waitFor('all', () => cameras.every((camera) => of(camera).length === 9), { timeout: 30_000 });
    const nodes = (camera: string) => [...new Set(of(camera).map(({ node_id }) => node_id))];
    for (const camera of cameras) expect(nodes(camera)).toHaveLength(1);
    expect(new Set(cameras.flatMap(nodes)).size).toBe(2);

    await both[0]!.kill();
    await walkAll(11, 10);
    await waitFor('all again', () => cameras.every((camera) => seqs(camera).includes(20)), { timeout: 40_000 });
    for (const camera of cameras) {
      expect(seqs(camera)).toEqual(range(2, 20));
      expect(new Set(of(camera).flatMap(({ tracks }) => tracks.map(({ id }) => id)))).toEqual(new Set([1]));
    }
  }, 120_000);

  it('uses the settings of the camera, and counts zones and lines', async () => {
    const one = await start();
    await stream.camera({
      settings: {
        detection: { min_score: 0.5 },
        masks: [
          {
            points: [
              [0, 0.8],
              [1, 0.8],
              [1, 1],
              [0, 1],
            ],
          },
        ],
        zones: [
          {
            name: 'left',
            points: [
              [0, 0],
              [0.5, 0],
              [0.5, 1],
              [0, 1],
            ],
          },
        ],
        lines: [{ name: 'middle', from: [0.5, 1], to: [0.5, 0] }],
      },
    });
    for (let seq = 1; seq <= 12; seq++) {
      const detections = [boxAt(180 + 20 * seq, 200), boxAt(100, 400), boxAt(500, 100, { score: 0.3 })];
      await stream.result({ source: 's', seq, detections });
      await sleep(100);
    }
    await waitFor('all', () => of('door').length === 11);
    const all = of('door');
    for (const { tracks } of all) expect(tracks).toMatchObject([{ id: 1, detection: 0 }]);
    expect(all[0]!.tracks[0]!.zones).toEqual(['left']);
    expect(all.at(-1)!.tracks[0]!.zones).toEqual([]);
    expect(all.flatMap(({ crossings }) => crossings)).toMatchObject([{ line: 'middle', direction: 'in', id: 1 }]);
    const text = await one.metrics();
    expect(text).toContain('cv_line_crossings_total{camera_id="door",line="middle",direction="in"} 1');
    expect(text).toContain('cv_zone_occupancy{camera_id="door",zone="left"} 0');
    expect(text).toContain('cv_zone_dwell_seconds_count{camera_id="door",zone="left"} 1');
    expect(text).toContain('cv_tracks_active{camera_id="door"} 1');
    await stream.camera({ state: 'removed' });
    await waitFor('its series to go', async () => !(await one.metrics()).includes('camera_id="door"'));
    expect(of('door').at(-1)!.ended).toMatchObject([{ id: 1 }]);
  }, 60_000);

  it('goes on when the broker cut its connections', async () => {
    await start();
    await walk(4);
    await waitFor('its frames', () => of('door').length === 3);
    await Promise.all([vhost.cut('track-objects consumes'), vhost.cut('track-objects publishes')]);
    await walk(6, { from: 5 });
    await waitFor('the last frame', () => seqs('door').includes(10), { timeout: 30_000 });
    expect(seqs('door')).toEqual(range(2, 10));
  }, 60_000);

  it('says what is wrong while its stream is missing', async () => {
    const one = await start();
    await vhost.admin.call('DELETE', `queues/${vhost.admin.vhost}/track_queue`);
    await waitFor('it to say so', async () => {
      const answer = await fetch(`${one.url}/readyz`);
      return answer.status === 503 && (await answer.text()).includes('track_queue');
    });
  }, 60_000);
});
