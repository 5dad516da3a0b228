import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { freePort } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testEventOf } from '../testing/event.ts';
import { createAddressGuard } from './address-guard.ts';
import { createWebhookSender } from './send.ts';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
const docs = readFileSync('docs/notifications.md', 'utf8');

/** The indented lines that follow a line of the page. */
function example(after: string): string {
  const lines = docs
    .slice(docs.indexOf(after) + after.length)
    .split('\n')
    .slice(2);
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('    '));
  return lines
    .slice(0, end)
    .map((line) => line.slice(4))
    .join('\n');
}

let folder: string;
let child: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-example-'));
});
afterEach(async () => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  rmSync(folder, { recursive: true });
});

const noPython = spawnSync('python3', ['--version']).status !== 0;

it.each([
  { language: 'Node', heading: 'in Node:', program: process.execPath, file: 'receiver.mjs', skip: false },
  { language: 'Python', heading: 'In Python:', program: 'python3', file: 'receiver.py', skip: noPython },
])('the example in $language takes what is signed, and nothing else', async ({ heading, program, file, skip }) => {
  if (skip) return;
  const port = await freePort();
  writeFileSync(join(folder, file), example(heading).replace('9000', String(port)));
  child = spawn(program, ['-u', ...[join(folder, file)]].slice(program === 'python3' ? 0 : 1), {
    env: { ...process.env, SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout!.on('data', (text) => {
    said += text;
  });
  const host = `127.0.0.1:${port}`;
  const sender = createWebhookSender({ guard: createAddressGuard([host]), picture: async () => undefined });
  const event = testEventOf();
  const send = (secret?: string) =>
    sender.send(event, { url: `http://${host}/`, picture: 'none', ...(secret && { secret }) });
  await waitFor('the example', async () => (await send(SECRET)).ok);
  await waitFor('its line', () => said.includes(`${event.id} A person was seen at door`));
  expect(await send(OTHER)).toMatchObject({ ok: false, reason: expect.stringContaining('401') });
  expect(await send()).toMatchObject({ ok: false, reason: expect.stringContaining('401') });
});
