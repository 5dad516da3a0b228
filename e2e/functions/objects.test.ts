/** stack.objects.yml beside the system's own functions: a model that comes later, frames of its topic, and replicas that follow its load. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnosisAnswer, ingestAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { openResultLog, type ResultLog } from '../../testkit/results/result-stream.ts';
import { ingestUrl, postBody } from '../../testkit/system/cameras.ts';
import { ROOT } from '../../testkit/system/paths.ts';
import { familyOf, processesOf, stopProcesses } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { writeObjectsModel } from './objects-model.ts';

/** So that a frame takes long enough for a queue to form. */
const LAYERS = 12;
const long = { timeout: 90_000, every: 200 };

let models = '';
let system: System;
let ledger: ResultLog;
let jpeg: Uint8Array;
beforeAll(async () => {
  models = mkdtempSync(join(tmpdir(), 'framewire-models-'));
  jpeg = await createScene('second').draw(0);
  system = await startSystem({
    args: ['--no-demo', '--replicas', '1-2', '--stack', join(ROOT, 'stack.objects.yml')],
    models,
  });
  ledger = openResultLog(system.amqp);
});
afterAll(async () => {
  await ledger?.close();
  await system?.stop();
  rmSync(models, { recursive: true, force: true });
});

async function post(topic: string): Promise<string> {
  const answer = await postBody(`${ingestUrl(system, 'door')}&topic=${topic}`, jpeg);
  expect(answer.status).toBe(202);
  return ingestAnswer.parse(await answer.json()).frame_id;
}
const outcomeOf = (frame: string) =>
  waitFor('its outcome', () => ledger.records.find(({ frame_id }) => frame_id === frame), long);

it('without a model is one line that says what to put where, and the rest runs', async () => {
  const line = `DETECTOR: "objects", but ${join(models, 'objects.onnx')} is not there`;
  await waitFor('the line', () => system.output().includes(line), long);
  expect(system.output().split(line)).toHaveLength(2);
  expect(await outcomeOf(await post('faces'))).toMatchObject({ outcome: 'detected', topic: 'faces' });
});

it('detects the frames of its topic once its model is there, and of no other', async () => {
  const waiting = await post('objects');
  writeObjectsModel(models, LAYERS);
  const found = await outcomeOf(waiting);
  expect(found).toMatchObject({
    outcome: 'detected',
    topic: 'objects',
    detector: 'objects',
    provider: 'cpu',
    node_id: expect.stringMatching(/^detect-objects-/),
    detections: [{ label: 'person' }, { label: 'dog' }],
  });
  const face = await outcomeOf(await post('faces'));
  expect(face).toMatchObject({ outcome: 'detected', node_id: expect.stringMatching(/^detect-faces-/) });
  expect(system.output().split('is not there')).toHaveLength(2);
});

it('gets another replica by itself while its queue is long', async () => {
  const replicas = () => processesOf(system.data, 'detect-objects').length;
  expect(replicas()).toBe(1);
  const sent: string[] = [];
  await waitFor(
    'a second replica',
    async () => {
      // refused while the queue is full
      const answer = await postBody(`${ingestUrl(system, 'door')}&topic=objects`, jpeg);
      if (answer.status === 202) sent.push(ingestAnswer.parse(await answer.json()).frame_id);
      return replicas() === 2;
    },
    { timeout: 120_000, every: 10 },
  );
  await waitFor('all outcomes', () => ledger.missing(sent).length === 0, long);
  const own = ledger.records.filter(({ frame_id }) => sent.includes(frame_id));
  expect(own.filter(({ outcome }) => outcome !== 'detected')).toEqual([]);
});

it('that hangs is what the diagnosis names, with its queue', async () => {
  const processes = processesOf(system.data, 'detect-objects').flatMap(({ pid }) => familyOf(pid));
  const resume = stopProcesses(processes);
  try {
    const found = await waitFor(
      'the finding',
      async () => {
        await postBody(`${ingestUrl(system, 'door')}&topic=objects&deadline_ms=2000`, jpeg);
        const answer = await fetch(`${system.dashboard}/api/diagnosis`);
        return diagnosisAnswer.parse(await answer.json()).findings.find(({ cause }) => cause === 'no-replicas');
      },
      long,
    );
    expect(found).toMatchObject({
      function: 'detect-objects',
      queue: 'object_queue',
      message: expect.stringMatching(/^No replica of detect-objects answers/),
    });
  } finally {
    resume();
  }
});
