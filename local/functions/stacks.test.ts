import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TOPICS } from '@framewire/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStack } from './stack-file.ts';
import { buildStacks, withTopicsOf } from './stacks.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'framewire-stacks-'));
  for (const file of ['stack.yml', 'stack.objects.yml']) cpSync(join(ROOT, file), join(root, file));
  for (const name of ['detect-faces', 'ingest-frame', 'results-ws']) {
    mkdirSync(join(root, 'functions', name, 'dist'), { recursive: true });
    writeFileSync(join(root, 'functions', name, 'dist', 'main.js'), '');
  }
});
afterAll(() => rmSync(root, { recursive: true }));

it('a function made from a folder of ours runs the program that is built there', async () => {
  const { functions, built } = await buildStacks(root, [join(root, 'stack.objects.yml')], root, {});
  expect(functions.map(({ deployment }) => deployment.service)).toEqual(['detect-objects']);
  const file = join(root, 'functions', 'detect-faces', 'dist', 'main.js');
  expect([...built]).toEqual([['detect-objects', { file, own: true }]]);
  expect(existsSync(join(root, 'functions', 'detect-faces', 'dist', 'package.json'))).toBe(false);
});

describe('the topics of functions', () => {
  const functions = (annotations: Record<string, string>) => {
    const [one] = readStack(join(ROOT, 'stack.objects.yml'), ROOT, {});
    return [{ ...one!, stack: 'my.yml', deployment: { ...one!.deployment, annotations } }];
  };
  const names = (annotations: Record<string, string>, topics = DEFAULT_TOPICS) =>
    withTopicsOf(functions(annotations), topics).map(({ topic, queue }) => `${topic}=${queue}`);

  it('are declared with their queues', () => {
    const objects = readStack(join(ROOT, 'stack.objects.yml'), ROOT, {});
    expect(withTopicsOf(objects, DEFAULT_TOPICS)).toEqual([
      ...DEFAULT_TOPICS,
      { ...DEFAULT_TOPICS[0], topic: 'objects', queue: 'object_queue' },
    ]);
  });

  it('may be named by TOPIC_QUEUES too, whose limits count', () => {
    const known = [...DEFAULT_TOPICS, { topic: 'plates', queue: 'plate_queue', maxLength: 7, maxBytes: 1e6 }];
    expect(withTopicsOf(functions({ topic: 'plate_queue', 'framewire.topic': 'plates' }), known)).toEqual(known);
    expect(names({ topic: 'frame_queue', 'framewire.topic': 'faces' })).toEqual(['faces=frame_queue']);
    expect(names({ topic: 'byte_queue' })).toEqual(['faces=frame_queue']);
  });

  it.each([
    [{ 'framewire.topic': 'plates' }, 'the annotation topic names no queue for plates'],
    [{ topic: 'plate_queue', 'framewire.topic': 'faces' }, 'faces=plate_queue, but faces=frame_queue is there'],
    [{ topic: 'frame_queue', 'framewire.topic': 'plates' }, 'plates=frame_queue, but faces=frame_queue is there'],
    [{ topic: 'plate_queue', 'framewire.topic': 'two words' }, 'two words=plate_queue; allowed: topic=queue'],
  ])('%j is one line that names file and function', (annotations, words) => {
    expect(() => names(annotations)).toThrow(`my.yml: detect-objects: framewire.topic: ${words}`);
  });
});
