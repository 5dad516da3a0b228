import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram } from '@framewire/testkit';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf } from './testing/children.ts';
import { drawScene } from './testing/scene.ts';

let program: string;
let child: ChildProcess;
let said = '';

beforeAll(async () => {
  const build = await buildProgram({ part: 'functions/detect-faces', programs: ['main.ts', 'worker.ts'] });
  program = build.file;
  return build.remove;
});
afterEach(() => {
  child.kill('SIGKILL');
});

function start(env: Record<string, string>): void {
  said = '';
  child = fork(program, { env: { ...process.env, MODELS: '', DETECTOR: '', PORT: '0', ...env }, silent: true });
  child.stderr!.on('data', (text) => {
    said += text;
  });
}
const port = async () => (await once(child, 'message'))[0].listening as number;
const exitCode = async () => (await once(child, 'exit'))[0];

describe('the process', () => {
  it('starts with haar where there are no weights, and says so', async () => {
    start({});
    const response = await fetch(`http://127.0.0.1:${await port()}/readyz`);
    expect(response.status).toBe(200);
    child.kill('SIGTERM');
    await exitCode();
    expect(said).toContain('no weights: MODELS is not set');
    expect(said).toContain('detecting with haar_frontalface_default');
  });

  it('finishes what is under way before it ends', async () => {
    start({ MAX_INFLIGHT: '4' });
    const url = `http://127.0.0.1:${await port()}`;
    const body = await drawScene().jpeg().toBuffer();
    const requests = Array.from({ length: 4 }, () =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: new Uint8Array(body) }),
    );
    await Promise.race(requests); // the first is done: the others wait or are at work
    child.kill('SIGTERM');
    const exit = exitCode();
    expect((await Promise.all(requests)).map((response) => response.status)).toEqual([200, 200, 200, 200]);
    expect(await exit).toBe(0);
  });

  it('does not start with yunet where its weights are not', async () => {
    start({ DETECTOR: 'yunet', MODELS: '/nowhere' });
    expect(await exitCode()).toBe(2);
    expect(said).toBe(
      'detect-faces: DETECTOR: "yunet", but no weights: /nowhere/yunet_n_320_320.onnx is not there; ' +
        'allowed: yunet with MODELS=<folder with yunet_n_320_320.onnx>, haar, objects, auto\n',
    );
  });

  it('does not start with objects where there is no model, and says what to put where', async () => {
    start({ DETECTOR: 'objects', MODELS: '/nowhere' });
    expect(await exitCode()).toBe(2);
    expect(said).toBe(
      'detect-faces: DETECTOR: "objects", but /nowhere/objects.onnx is not there; put a YOLO model there (yolo export format=onnx), ' +
        'or name another file in OBJECTS_MODEL\n',
    );
  });

  it('says what it runs on where a GPU was asked for, in the log, in each result and in a metric', async () => {
    start({ EXECUTION_PROVIDERS: 'cuda,cpu' });
    const url = `http://127.0.0.1:${await port()}`;
    const body = new Uint8Array(await drawScene().jpeg().toBuffer());
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body });
    expect(await answer.json()).toMatchObject({ detector: 'haar_frontalface_default', provider: 'cpu' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/cv_detector_info\{.*provider="cpu"\} 1\n/);
    expect(metrics).toMatch(/cv_detector_provider_missing\{.*provider="cuda"\} 1\n/);
    expect(said).toContain('the execution provider cannot be used');
    expect(said).toContain('haar runs on the CPU');
  });

  it('does not start where the CPU is not among the providers and none of them can be used, in one line', async () => {
    start({ EXECUTION_PROVIDERS: 'cuda' });
    expect(await exitCode()).toBe(2);
    expect(said).toMatch(
      /^detect-faces: DETECTOR: haar [^\n]*EXECUTION_PROVIDERS can run it: cuda: haar runs on the CPU\n$/,
    );
    start({ EXECUTION_PROVIDERS: 'openvino' });
    expect(await exitCode()).toBe(2);
    expect(said).toBe(
      'detect-faces: EXECUTION_PROVIDERS: "openvino"; allowed: cpu, cuda, tensorrt, with commas between them\n',
    );
  });

  it('does not start with weights that are none, in one line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'framewire-weights-'));
    writeFileSync(join(folder, 'yunet_n_320_320.onnx'), 'no weights');
    start({ MODELS: folder });
    expect(await exitCode()).toBe(2);
    rmSync(folder, { recursive: true });
    expect(said).toMatch(/^detect-faces: DETECTOR: yunet could not be loaded: [^\n]+\n$/);
  });

  it.skipIf(process.platform !== 'linux').each(['SIGSEGV', 'SIGABRT', 'SIGKILL'] as const)(
    '%s of a worker under load costs one frame, which may be tried again; all others have their exact boxes',
    async (signal) => {
      start({ POOL_SIZE: '2', MAX_INFLIGHT: '6' });
      const url = `http://127.0.0.1:${await port()}`;
      const body = new Uint8Array(await drawScene().jpeg().toBuffer());
      const post = async () => {
        const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body });
        return { status: response.status, ...((await response.json()) as { code?: string; detections?: unknown }) };
      };
      const { detections: exact } = await post();
      const answers: Awaited<ReturnType<typeof post>>[] = [];
      let sending = true;
      // more than the workers take at once: each always has a frame
      const load = Array.from({ length: 6 }, async () => {
        while (sending) answers.push(await post());
      });
      await waitFor('answers', () => answers.length >= 6);
      const [victim] = childrenOf(child.pid!);
      process.kill(victim!, signal);
      const [before, others] = [answers.length, childrenOf(child.pid!).filter((pid) => pid !== victim)];
      await waitFor('answers by the other worker and the one in its place', () => answers.length >= before + 20);
      sending = false;
      await Promise.all(load);
      const failed = answers.filter(({ status }) => status !== 200);
      expect(failed).toMatchObject([{ status: 500, code: 'worker_died' }]);
      for (const { status, detections } of answers) if (status === 200) expect(detections).toEqual(exact);
      expect(said).toContain(`the worker ended: ${signal}`);
      expect(childrenOf(child.pid!)).toEqual(expect.arrayContaining(others));
      await waitFor('the replacement', () => childrenOf(child.pid!).length === 2);
      expect(child.exitCode).toBeNull();
    },
    30_000,
  );
});
