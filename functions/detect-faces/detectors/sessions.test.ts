/** On the ONNX Runtime that is installed. CUDA and TensorRT are tried for real too where their libraries are not installed. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeModel } from '../testing/tiny-onnx.ts';
import { createDetector } from './create.ts';
import { createSessions, load } from './sessions.ts';

const model = makeModel([1, 3, 8, 8], [1, 2, 3], [1, 3]);
const package_ = createRequire(import.meta.url).resolve('onnxruntime-node');
const hasCuda = existsSync(
  join(package_, '../../bin/napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so'),
);
const ONE_LINE = /^[^\n]+$/;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-sessions-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('execution providers', () => {
  it('are the CPU unless others are asked for', async () => {
    const sessions = createSessions(['cpu']);
    await (await sessions.open(model)).release();
    expect(sessions).toMatchObject({ provider: 'cpu', missing: [] });
  });

  it.skipIf(hasCuda)('are tried in order; those that cannot be used are named, each with its reason', async () => {
    const sessions = createSessions(['tensorrt', 'cuda', 'cpu']);
    await (await sessions.open(model)).release();
    expect(sessions.provider).toBe('cpu');
    expect(sessions.missing).toEqual(
      (['tensorrt', 'cuda'] as const).map((provider) => ({
        provider,
        reason: expect.stringMatching(/libonnxruntime_providers_shared\.so is not installed$/),
      })),
    );
  });

  it.skipIf(hasCuda)('without the CPU among them fail in one line where there is none', async () => {
    const opened = createSessions(['cuda']).open(model);
    await expect(opened).rejects.toThrow(/^no provider of EXECUTION_PROVIDERS can run it: cuda: .* is not installed$/);
  });

  it('have nothing to do with a model that is none', async () => {
    await expect(createSessions(['cpu']).open(Buffer.from('no model'))).rejects.toThrow(/protobuf/i);
    const both = createSessions(['cuda', 'cpu']).open(Buffer.from('no model'));
    await expect(both).rejects.toThrow(ONE_LINE);
    await expect(both).rejects.toThrow(/cpu: .*protobuf/i);
  });

  it('are named by the library that cannot be loaded', () => {
    const file = join(folder, 'broken.so');
    writeFileSync(file, 'no library');
    expect(() => load(file)).toThrow(/^broken\.so: .*too short/);
  });
});

describe('a detector without ONNX Runtime', () => {
  it('runs on the CPU, and says what it was not', async () => {
    const detector = await createDetector({ kind: 'haar' }, ['cuda', 'cpu']);
    expect(detector).toMatchObject({
      provider: 'cpu',
      missing: [{ provider: 'cuda', reason: 'haar runs on the CPU' }],
    });
    await detector.close();
  });

  it('does not start where the CPU is not allowed', async () => {
    const created = createDetector({ kind: 'haar' }, ['cuda']);
    await expect(created).rejects.toThrow('no provider of EXECUTION_PROVIDERS can run it: cuda: haar runs on the CPU');
  });
});
