import type { DetectAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawScene, FACES } from '../../functions/detect-faces/testing/scene.ts';
import { openEventsViewer } from '../../testkit/viewers/server-sent-events.ts';
import { baseImages, buildFunction, buildPart } from './build.ts';
import { docker, runContainer, whyNoImages } from './docker.ts';
import { authorization, type ContainerSystem, type Images, KEY, startSystem } from './system.ts';

const { REGISTRY, TAG = 'latest' } = process.env;
/** Images that are there already, where REGISTRY names them. */
const built = REGISTRY && {
  ingest: `${REGISTRY}/ingest-frame:${TAG}`,
  detect: `${REGISTRY}/detect-faces:${TAG}`,
  results: `${REGISTRY}/results-ws:${TAG}`,
  connector: `${REGISTRY}/connector-rabbitmq:${TAG}`,
};
const why = await whyNoImages([...baseImages(), ...Object.values(built || {})]);

describe.skipIf(why)(`images${why ? ` (skipped: ${why})` : ''}`, () => {
  let images: Images;
  let system: ContainerSystem;
  let jpeg: Buffer;

  beforeAll(async () => {
    images = built || {
      ingest: await buildFunction('ingest-frame'),
      detect: await buildFunction('detect-faces'),
      results: await buildFunction('results-ws'),
      connector: await buildPart('connectors/rabbitmq'),
    };
    jpeg = await drawScene().jpeg().toBuffer();
    system = await startSystem(images);
  }, 3_600_000);
  afterAll(() => system?.stop(), 120_000);

  const post = (camera: string) =>
    fetch(`http://127.0.0.1:${system.ingest.port}/?camera=${camera}`, {
      method: 'POST',
      headers: { ...authorization, 'content-type': 'image/jpeg' },
      body: new Uint8Array(jpeg),
    });

  /** Posts so many frames, a few at a time and again where the queue is full; gives the ids that were confirmed. */
  async function postMany(camera: string, count: number, between?: (sent: number) => void): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) {
      const answer = await post(camera);
      const body = (await answer.json()) as { frame_id: string };
      if (answer.status === 202) {
        ids.push(body.frame_id);
        between?.(ids.length);
      } else expect(answer.status).toBe(429);
    }
    return ids;
  }

  /** Waits until each of the frames has an outcome; gives how many it has, and of which kind. */
  async function outcomesOf(ids: string[]) {
    const of = (id: string) => system.outcomes.filter(({ frame_id }) => frame_id === id);
    await waitFor('every frame to have an outcome', () => ids.every((id) => of(id).length > 0), { timeout: 120_000 });
    return ids.map((id) => of(id));
  }

  it('none is root, and none holds what is only needed to build it', async () => {
    for (const image of Object.values(images)) {
      const inside = (...command: string[]) =>
        docker('run', '--rm', '--entrypoint', command[0]!, image, ...command.slice(1));
      expect(await inside('id', '-u')).toBe('1000');
      const modules = await inside('find', '/home/app', '-maxdepth', '3', '-name', 'esbuild*');
      expect(modules).toBe('');
      expect(await inside('find', '/home/app', '-name', '*.ts')).toBe('');
      const size = Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
      const base = Number(await docker('image', 'inspect', '--format', '{{.Size}}', baseImages()[1]!));
      process.stdout.write(`${image}: ${Math.round((size - base) / 1e6)} MB above ${baseImages()[1]}\n`);
    }
  }, 120_000);

  it('Haar runs on the OpenCV of the image', async () => {
    const addon = '/home/app/node_modules/@u4/opencv4nodejs/build/Release/opencv4nodejs.node';
    await docker('run', '--rm', '--entrypoint', 'test', images.detect, '-f', addon);
    const haar = await runContainer(images.detect, { env: { DETECTOR: 'haar' } });
    try {
      const url = `http://127.0.0.1:${haar.port}/`;
      await waitFor('the detector', async () => (await fetch(`${url}_/ready`)).ok, { timeout: 60_000, every: 200 });
      for (let frame = 0; frame < 4; frame++) {
        const answer = await fetch(url, { method: 'POST', body: new Uint8Array(jpeg) });
        expect(answer.status).toBe(200);
        const { detections, detector, stages } = (await answer.json()) as DetectAnswer;
        expect(detections).toHaveLength(FACES.length);
        process.stdout.write(`${detector}: detect ${stages.detect} ms, ${stages.cpu} ms of CPU\n`);
      }
    } finally {
      await haar.remove();
    }
  }, 180_000);

  it('a frame comes back with its faces, as an event too', async () => {
    const viewer = await openEventsViewer(`http://127.0.0.1:${system.results.port}/api/events`, { key: KEY });
    expect(viewer.status).toBe(200);
    const [id] = await postMany('door', 1);
    const [[record]] = (await outcomesOf([id!])) as [[(typeof system.outcomes)[number]]];
    expect(record).toMatchObject({ outcome: 'detected', camera_id: 'door', node_id: system.detectors[0]!.id });
    const shown = () => viewer.records.some(({ frame_id }) => frame_id === id);
    await waitFor('the result as an event', shown, { timeout: 30_000 });
    await viewer.close();
  });

  it('a replica that gets SIGTERM loses no frame, and tries none twice', async () => {
    await system.addDetector();
    const [first] = system.detectors;
    let ending: Promise<number> | undefined;
    const ids = await postMany('ending', 80, (sent) => {
      if (sent === 30) ending = system.endDetector(first!);
    });
    expect(await ending, await first!.logs()).toBe(0);
    const outcomes = await outcomesOf(ids);
    expect(outcomes.every((each) => each.length === 1 && each[0]!.outcome === 'detected')).toBe(true);
    const nodes = new Set(outcomes.map(([record]) => record!.node_id));
    expect(nodes.size).toBe(2);
  }, 240_000);

  it('a connector that gets SIGTERM finishes what it has; the next one goes on', async () => {
    let ending: Promise<number> | undefined;
    const ids = await postMany('connector', 60, (sent) => {
      if (sent === 20) ending = system.connector.stop();
    });
    expect(await ending, await system.connector.logs()).toBe(0);
    system.connector = await system.startConnector();
    const outcomes = await outcomesOf(ids);
    expect(outcomes.every((each) => each.length === 1 && each[0]!.outcome === 'detected')).toBe(true);
  }, 240_000);

  it('a function that gets SIGTERM answers all that it took', async () => {
    const ids: string[] = [];
    let ended = false;
    const posting = (async () => {
      // as a gateway does, which learns of the end a moment later
      for (let after = 0; after < 1_000; ) {
        const before = performance.now();
        const answer = await post('intake');
        if (answer.status === 202) ids.push(((await answer.json()) as { frame_id: string }).frame_id);
        else expect(answer.status).toBe(429);
        if (ended) after += performance.now() - before;
      }
    })();
    await waitFor('the first frames to be taken', () => ids.length > 5, { timeout: 60_000 });
    const ending = system.ingest.stop();
    ended = true;
    await posting;
    expect(await ending, await system.ingest.logs()).toBe(0);
    const outcomes = await outcomesOf(ids);
    expect(outcomes.every((each) => each.length === 1 && each[0]!.outcome === 'detected')).toBe(true);
  }, 120_000);
});
