import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buildProgram } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PIPE } from './pipe.ts';

let worker: Awaited<ReturnType<typeof buildProgram>>;
beforeAll(async () => {
  worker = await buildProgram({ part: 'functions/detect-faces', programs: ['worker.ts'] });
});
afterAll(() => worker.remove());

it.each([
  ['loads its detector', { kind: 'haar' }, 0],
  ['fails to load it', { kind: 'yunet', weights: '/nowhere' }, 1],
])('a worker whose replica ends while it %s exits without a word', async (_, spec, code) => {
  const child = spawn(process.execPath, [worker.file, JSON.stringify({ spec })], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (text) => {
    said += text;
  });
  (child.stdio[PIPE] as Socket).destroy();
  const [exitCode] = await once(child, 'close');
  expect({ exitCode, said }).toEqual({ exitCode: code, said: '' });
});
