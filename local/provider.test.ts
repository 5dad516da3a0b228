import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionSpec } from './functions.ts';
import { identify } from './processes/identity.ts';
import { createProvider, type ProcessProvider } from './provider.ts';
import { openRunFile } from './run-file.ts';
import { createSupervisor } from './supervisor.ts';

/** A function as the provider knows one: says its port, answers /readyz, drains on SIGTERM, wants its settings right. */
const FUNCTION = `
import { createServer } from 'node:http';
if (process.env.WRONG) { process.stderr.write('echo: WRONG: "1"; allowed: nothing\\n'); process.exit(2); }
const server = createServer(async (request, response) => {
  if (request.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 600));
  response.end(JSON.stringify({ id: process.env.HOSTNAME, pid: process.pid, greeting: process.env.GREETING }));
});
server.listen(Number(process.env.PORT), process.env.HOST, () => process.send({ listening: server.address().port }));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
process.on('disconnect', () => process.exit(0));
`;

let root = '';
let provider: ProcessProvider;
let changes = 0;
const said: string[] = [];
const wrong: string[] = [];
const echo: FunctionSpec = { name: 'echo', labels: {}, annotations: {}, env: { GREETING: 'hello' }, replicas: 2 };

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'framewire-provider-'));
  const folder = join(root, 'functions', 'echo', 'dist');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.mjs'), FUNCTION);
  writeFileSync(join(folder, 'main.js'), "import('./main.mjs');");
  const data = join(root, 'data');
  provider = createProvider({
    root,
    supervisor: createSupervisor({
      data,
      runFile: await openRunFile(data, () => {}),
      say: (line) => said.push(line),
      onWrongSetting: (line) => wrong.push(line),
    }),
    onChange: () => changes++,
  });
});
afterAll(async () => {
  await provider.end('echo');
  rmSync(root, { recursive: true, force: true });
});

const endpoints = () => provider.list()[0]?.endpoints ?? [];
const ready = (count: number) => waitFor(`${count} ready replicas`, () => endpoints().length === count);
const call = async (port: number, path = '/') =>
  (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as { id: string; pid: number; greeting: string };

describe('functions as processes', () => {
  it('run as many as wanted, each under a name of its own', async () => {
    expect(provider.run(echo)).toBe(true);
    await ready(2);
    for (const { id, port } of endpoints()) expect(await call(port)).toMatchObject({ id, greeting: 'hello' });
    expect(new Set(endpoints().map(({ id }) => id)).size).toBe(2);
    expect(endpoints()[0]?.id).toMatch(/^echo-[0-9a-f]{5}$/);
  });

  it('are replaced when they die, and that is said', async () => {
    const first = endpoints()[0]!;
    process.kill((await call(first.port)).pid, 'SIGKILL');
    await waitFor('it to leave the rotation', () => endpoints().every(({ id }) => id !== first.id));
    await ready(2);
    expect(said).toEqual(['echo ended (killed by SIGKILL) and is started again']);
  });

  it('finish what they are at when there are to be fewer', async () => {
    await provider.scale('echo', 3);
    await ready(3);
    const newest = endpoints().at(-1)!;
    const { pid } = await call(newest.port);
    const underWay = call(newest.port, '/slow');
    const before = changes;
    await provider.scale('echo', 2);
    expect(endpoints()).not.toContainEqual(newest);
    expect(changes).toBeGreaterThan(before);
    expect(await underWay).toMatchObject({ id: newest.id });
    await waitFor('its end', () => identify(pid) === undefined);
  });

  it('refuse what this machine does not run', async () => {
    await expect(provider.scale('echo', 0)).rejects.toThrow('from 1 to 20 replicas');
    await expect(provider.scale('nobody', 1)).rejects.toThrow('not found');
    expect(provider.run({ ...echo, name: 'nobody' })).toBe(false);
  });

  it('tell a wrong setting in its own words', async () => {
    await provider.end('echo');
    provider.run({ ...echo, env: { WRONG: '1' }, replicas: 1 });
    expect(await waitFor('the words', () => wrong[0])).toBe('echo: WRONG: "1"; allowed: nothing');
  });
});
