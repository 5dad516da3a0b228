/** A function of somebody's own beside detect-faces: a topic and a queue for it, its frames and nobody else's, and its failures too. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestAnswer, ledgerAnswer, type Topic, topology } from '@framewire/contract';
import { createBroker, createBrokerAdmin } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import type { ConsumeMessage } from 'amqplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../../testkit/clients/prometheus.ts';
import { createScene } from '../../testkit/frames/scene.ts';
import { openResultLog, type ResultLog, readMessages } from '../../testkit/results/result-stream.ts';
import { ingestUrl, postBody } from '../../testkit/system/cameras.ts';
import { ROOT } from '../../testkit/system/paths.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';

/** Fails in the way that its camera is called. */
const FICKLE = `
import { Hono } from 'hono';
const app = new Hono();
app.post('/', async (c) => {
  const camera = c.req.header('x-camera-id');
  if (camera === 'hangs') await new Promise(() => {});
  if (camera === 'dies') process.exit(1);
  return c.text(camera + ' again', camera === 'fails' ? 500 : 200);
});
export default app;
`;
const STACK = `
functions:
  count-bytes:
    lang: node-hono
    handler: ./count-bytes
    image: example/count-bytes
    annotations: { topic: byte_queue }
  fickle:
    lang: node-hono
    handler: ./fickle
    image: example/fickle
    annotations: { topic: fickle_queue, framewire.concurrency: "8" }
`;
/** Tries that a frame of the fickle function has: twenty-one would take many minutes where it hangs. */
const TRIES = 3;

interface Passed {
  frame_id: string;
  content: string;
}

let folder = '';
let system: System;
let ledger: ResultLog;
const passed: Passed[] = [];
const broker = () => createBroker({ url: system.amqp, name: 'answers', log: silentLog });
let answers: ReturnType<typeof broker>;
let jpeg: Uint8Array;

beforeAll(async () => {
  jpeg = await createScene('second').draw(0);
  folder = mkdtempSync(join(tmpdir(), 'framewire-stack-'));
  // what faas-cli new --lang node-hono makes
  cpSync(join(ROOT, 'template', 'node-hono', 'function', 'handler.ts'), join(folder, 'count-bytes', 'handler.ts'));
  mkdirSync(join(folder, 'fickle'));
  writeFileSync(join(folder, 'fickle', 'handler.ts'), FICKLE);
  writeFileSync(join(folder, 'stack.yml'), STACK);
  system = await startSystem({
    args: ['--no-demo', '--stack', join(folder, 'stack.yml')],
    env: { TOPIC_QUEUES: 'bytes=byte_queue,fickle=fickle_queue' },
  });
  await limitTries('fickle_queue');
  ledger = openResultLog(system.amqp);
  answers = broker();
  const keep = ({ properties: { type, headers }, content }: ConsumeMessage) => {
    if (!type) passed.push({ frame_id: headers?.frame_id as string, content: content.toString() });
  };
  readMessages(answers, keep, 'first');
});
afterAll(async () => {
  await ledger?.close();
  await answers?.close();
  await system?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function limitTries(queue: string): Promise<void> {
  const admin = createBrokerAdmin(system.management);
  const usual: Topic = { topic: 'fickle', queue, maxLength: 64, maxBytes: 1e8 };
  const policy = topology([usual]).policies.find(({ name }) => name.endsWith(queue))!;
  await admin.call('PUT', `policies/%2F/${queue}`, {
    ...policy,
    priority: 20,
    definition: { ...policy.definition, 'delivery-limit': TRIES - 1 },
  });
}

async function post(camera: string, topic: string): Promise<string> {
  const answer = await postBody(`${ingestUrl(system, camera)}&topic=${topic}`, jpeg);
  expect(answer.status).toBe(202);
  return ingestAnswer.parse(await answer.json()).frame_id;
}
const postAll = (count: number, camera: string, topic: string) =>
  Promise.all(Array.from({ length: count }, () => post(camera, topic)));

const outcomesOf = (frames: string[]) => ledger.records.filter(({ frame_id }) => frames.includes(frame_id));
const answersOf = (frames: string[]) => passed.filter(({ frame_id }) => frames.includes(frame_id));

it('gets every frame of its topic and no other, while detect-faces works on', async () => {
  const [bytes, faces] = await Promise.all([postAll(10, 'scale', 'bytes'), postAll(10, 'door', 'faces')]);
  await waitFor('an answer to each', () => answersOf(bytes).length >= 10, { timeout: 30_000 });
  await waitFor('an outcome of each', () => outcomesOf(faces).length >= 10, { timeout: 60_000 });
  expect(answersOf(bytes).map(({ content }) => JSON.parse(content))).toEqual(
    bytes.map(() => ({ bytes: jpeg.byteLength })),
  );
  expect(new Set(answersOf(bytes).map(({ frame_id }) => frame_id)).size).toBe(10);
  expect(outcomesOf(faces).map(({ outcome }) => outcome)).toEqual(faces.map(() => 'detected'));
  expect([outcomesOf(bytes), answersOf(faces)]).toEqual([[], []]);
});

it('that fails, hangs or dies has its frames tried again and given up, and touches nothing else', async () => {
  const doomed = (
    await Promise.all([postAll(3, 'fails', 'fickle'), postAll(1, 'hangs', 'fickle'), postAll(1, 'dies', 'fickle')])
  ).flat();
  const others: string[] = [];
  const counted: string[] = [];
  await waitFor(
    'the doomed frames to be given up',
    async () => {
      others.push(await post('door', 'faces'));
      counted.push(await post('scale', 'bytes'));
      return outcomesOf(doomed).length === doomed.length;
    },
    { timeout: 200_000, every: 500 },
  );
  const given = outcomesOf(doomed);
  expect(given.map(({ outcome }) => outcome)).toEqual(doomed.map(() => 'failed'));
  for (const { reason } of given) expect(reason).toContain('tried to the delivery limit of fickle_queue');
  // the last try of one may have met the replica that the frame beside it had just ended
  const reasons = given.filter(({ camera_id }) => camera_id === 'fails').map(({ reason }) => reason);
  expect(reasons.filter((reason) => !/(500: fails again|502: .*)$/.test(reason!))).toEqual([]);
  expect(reasons.some((reason) => reason!.endsWith('500: fails again'))).toBe(true);

  // the replica that died was replaced
  const after = await post('well', 'fickle');
  await waitFor('an answer', () => answersOf([after])[0]?.content === 'well again', { timeout: 30_000 });

  await waitFor('all others', () => outcomesOf(others).length + answersOf(counted).length >= 2 * others.length, {
    timeout: 60_000,
  });
  expect(outcomesOf(others).filter(({ outcome }) => outcome !== 'detected')).toEqual([]);
  expect([outcomesOf(others).length, answersOf(counted).length]).toEqual([others.length, counted.length]);
});

it('has its frames in the ledger, and no metrics where it exposes none', async () => {
  const account = async () => ledgerAnswer.parse(await (await fetch(`${system.dashboard}/api/ledger`)).json()).totals;
  await waitFor('nothing in flight', async () => (await account()).in_flight === 0, { timeout: 60_000 });
  expect(await account()).toMatchObject({ unaccounted: 0, failed: 5 });
  expect(await query(system.prometheus, 'up{job=~"count-bytes|fickle"}')).toEqual([]);
  expect(await query(system.prometheus, 'up{job="detect-faces"} == 1')).not.toEqual([]);
});
