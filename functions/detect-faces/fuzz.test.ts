import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type DetectAnswer, detectAnswer, errorBody } from '@framewire/contract';
import { buildProgram } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAILURES, type Failure, FrameError } from './jpeg/failure.ts';
import { validateJpeg } from './jpeg/valid-jpeg.ts';
import { childrenOf } from './testing/children.ts';
import { drawSources, type Hostile, makeHostile, type Sources } from './testing/hostile.ts';
import { createRandom, mutate } from './testing/mutate.ts';

const { FRAMEWIRE_FUZZ, FRAMEWIRE_MODELS: MODELS = '' } = process.env;
/** Mutations; with 10,000 it says what it measured. */
const MUTATIONS = Number(FRAMEWIRE_FUZZ ?? 200);
const SEED = 1;
const MAX_BYTES = 8_000_000;
const MAX_PIXELS = 50_000_000;
/** What the heaps of a process may come to differ by, bytes. */
const SLACK = 100_000_000;

let child: ChildProcess;
let url: string;
let said = '';
let sources: Sources;
let exact: DetectAnswer['detections'];

beforeAll(async () => {
  const build = await buildProgram({ part: 'functions/detect-faces', programs: ['main.ts', 'worker.ts'] });
  const env = {
    MAX_BYTES: `${MAX_BYTES}`,
    MAX_PIXELS: `${MAX_PIXELS}`,
    MODELS,
    DETECTOR: 'auto',
    PORT: '0',
    POOL_SIZE: '1',
  };
  child = fork(build.file, { env: { ...process.env, ...env }, silent: true });
  child.stderr!.on('data', (text) => {
    said += text;
  });
  url = `http://127.0.0.1:${(await once(child, 'message'))[0].listening}`;
  sources = await drawSources();
  exact = (await detect(sources.baseline)).detections;
  expect(exact).toHaveLength(2);
  return build.remove;
});
afterAll(() => child?.kill('SIGKILL'));

const post = (jpeg: Uint8Array) => fetch(url, { method: 'POST', body: new Uint8Array(jpeg) });
const detect = async (jpeg: Uint8Array) => detectAnswer.parse(await (await post(jpeg)).json());

/** How the picture ended; then a good picture has its exact boxes, or this throws. */
async function outcomeOf(name: string, jpeg: Uint8Array, took?: number[]): Promise<Failure | 'detected'> {
  const sent = performance.now();
  const response = await post(jpeg);
  const body = await response.json();
  took?.push(performance.now() - sent);
  if (response.ok) detectAnswer.parse(body);
  const failure = response.ok ? 'detected' : (errorBody.parse(body).code as Failure);
  if (failure !== 'detected') expect(FAILURES[failure], `${name}: ${JSON.stringify(body)}`).toBe(response.status);
  expect(response.status, `${name} is the picture’s fault: ${JSON.stringify(body)}`).toBeLessThan(500);
  expect((await detect(sources.baseline)).detections, `a good picture after ${name}`).toEqual(exact);
  return failure;
}

/** What its header alone says against it. */
function refusal(jpeg: Uint8Array): Failure | undefined {
  try {
    validateJpeg(jpeg, MAX_PIXELS);
  } catch (error) {
    if (error instanceof FrameError) return error.failure;
    throw error;
  }
}

/** Of the process and its worker together. */
const residentBytes = () => [child.pid!, ...childrenOf(child.pid!)].reduce((sum, pid) => sum + residentBytesOf(pid), 0);

const residentBytesOf = (pid: number) =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

/** No worker died or was too slow, and the process is the one that was started. */
function expectNoIncident(): void {
  expect(child.exitCode).toBeNull();
  expect(said).not.toContain('a worker ended');
}

it('every hostile picture has its outcome, costs nothing but itself, and leaves no trace in the next', async () => {
  const list: Hostile[] = makeHostile(sources, MAX_BYTES);
  for (const { name, jpeg, outcome } of list) {
    expect(jpeg.length, name).toBeLessThanOrEqual(MAX_BYTES);
    const found = await outcomeOf(name, jpeg);
    if (outcome === 'same') expect((await detect(jpeg)).detections, name).toEqual(exact);
    else if (outcome) expect(found, name).toBe(outcome);
  }
  expectNoIncident();
}, 300_000);

it('a picture that is cut off anywhere is refused', async () => {
  const { baseline, progressive } = sources;
  for (const jpeg of [baseline, progressive]) {
    for (let part = 1; part < 24; part++) {
      const cut = jpeg.subarray(0, Math.floor((jpeg.length * part) / 24));
      expect(await outcomeOf('a cut picture', cut)).toBe('damaged');
      const closed = Buffer.concat([cut, Buffer.from([0xff, 0xd9])]);
      expect(await outcomeOf(`a cut picture with an end put on, ${part}/24`, closed)).toBe('damaged');
    }
  }
  expectNoIncident();
}, 120_000);

it(
  `${MUTATIONS} pictures damaged at random: a clear outcome for each, and memory stays flat`,
  async () => {
    const random = createRandom(SEED);
    const outcomes: Record<string, number> = {};
    const early: number[] = [];
    const begin = performance.now();
    let before = residentBytes();
    for (let i = 0; i < MUTATIONS; i++) {
      if (i === Math.floor(MUTATIONS / 10)) before = residentBytes();
      const jpeg = mutate(sources.all, random);
      const refused = refusal(jpeg);
      const outcome = await outcomeOf(`mutation ${i}`, jpeg, refused && early);
      if (refused) expect(outcome, `mutation ${i}`).toBe(refused);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    const after = residentBytes();
    expectNoIncident();
    expect(Object.keys(outcomes).length).toBeGreaterThan(1);
    expect(after - before).toBeLessThan(SLACK);
    if (FRAMEWIRE_FUZZ) {
      const seconds = Math.round((performance.now() - begin) / 1000);
      early.sort((a, b) => a - b);
      const refusedByHeader = { count: early.length, p50: early[early.length >> 1], worst: early.at(-1) };
      console.log({ seconds, outcomes, refusedByHeader, before, after });
    }
  },
  60_000 + 1_000 * MUTATIONS,
);
