import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretStore, type SecretStore } from '../gateway/api/secret-store.ts';
import { openPidFile } from '../supervisor/pid-file.ts';
import { identify } from '../supervisor/process-identity.ts';
import { createSupervisor } from '../supervisor/supervisor.ts';
import type { FunctionSpec } from './catalog.ts';
import { createProvider, type ProcessProvider } from './provider.ts';

/** A function as the provider knows one: says its port, answers /readyz, drains on SIGTERM, wants its settings right. */
const FUNCTION = `
import { createServer } from 'node:http';
if (process.env.WRONG) { process.stderr.write('echo: WRONG: "1"; allowed: nothing\\n'); process.exit(2); }
const server = createServer(async (request, response) => {
  if (request.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 600));
  response.end(JSON.stringify({ id: process.env.HOSTNAME, pid: process.pid, greeting: process.env.GREETING,
    broker: process.env.BROKER, file: process.env.BROKER_FILE }));
});
server.listen(Number(process.env.PORT), process.env.HOST, () => process.send({ listening: server.address().port }));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
process.on('disconnect', () => process.exit(0));
`;

let root = '';
let provider: ProcessProvider;
let secrets: SecretStore;
let changes = 0;
const said: string[] = [];
const wrong: string[] = [];
const echo: FunctionSpec = {
  name: 'echo',
  image: 'framewire/echo',
  labels: {},
  annotations: {},
  env: { GREETING: 'hello', BROKER: 'amqp://here' },
  replicas: 2,
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'framewire-provider-'));
  const folder = join(root, 'functions', 'echo', 'dist');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.mjs'), FUNCTION);
  writeFileSync(join(folder, 'main.js'), "import('./main.mjs');");
  const data = join(root, 'data');
  secrets = createSecretStore(join(data, 'function-secrets'));
  provider = createProvider({
    root,
    secrets,
    models: join(data, 'models'),
    supervisor: createSupervisor({
      data,
      pidFile: await openPidFile(data, () => {}),
      say: (line) => said.push(line),
      onWrongSetting: (line) => wrong.push(line),
    }),
    onChange: () => changes++,
  });
});
afterAll(async () => {
  await provider.close();
  rmSync(root, { recursive: true, force: true });
});

const endpoints = (name = 'echo') => provider.list().find((fn) => fn.name === name)?.endpoints ?? [];
const ready = (count: number, name = 'echo') =>
  waitFor(`${count} ready replicas`, () => (endpoints(name).length === count ? endpoints(name) : undefined));
const call = async (port: number, path = '/') =>
  (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as {
    id: string;
    pid: number;
    greeting?: string;
    broker?: string;
    file?: string;
  };

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
    await expect(provider.scale('echo', 0)).rejects.toThrow('from 1 to 64 replicas');
    await expect(provider.scale('nobody', 1)).rejects.toThrow('not found');
    expect(provider.run({ ...echo, name: 'nobody', image: 'framewire/nobody' })).toBe(false);
  });

  it("tell a wrong setting of the system's own in its words", async () => {
    await provider.close();
    provider.run({ ...echo, env: { WRONG: '1' }, replicas: 1 });
    expect(await waitFor('the words', () => wrong[0])).toBe('echo: WRONG: "1"; allowed: nothing');
  });
});

describe('a deployment', () => {
  const deployment = {
    service: 'other',
    image: 'registry.example/team/echo:1.2',
    envVars: { GREETING: 'good day' },
    labels: {},
    annotations: {},
    secrets: [] as string[],
  };
  beforeAll(async () => {
    await provider.close();
    provider.run({ ...echo, replicas: 1 });
  });

  it('gets what the system knows of this machine beneath what it says itself', async () => {
    await provider.deploy(deployment);
    const [replica] = await ready(1, 'other');
    expect(await call(replica!.port)).toMatchObject({ greeting: 'good day', broker: 'amqp://here' });
  });

  it('gets its secrets as files, which count for more', async () => {
    secrets.put('broker', 'amqp://there');
    await provider.update({ ...deployment, secrets: ['broker'] });
    const { file, broker } = await waitFor('the new replica', async () => {
      const [replica] = endpoints('other');
      const said = replica && (await call(replica.port));
      return said?.file ? said : undefined;
    });
    expect(broker).toBeUndefined();
    expect(readFileSync(file!, 'utf8')).toBe('amqp://there');
    expect(statSync(file!).mode & 0o777).toBe(0o600);
  });

  it('whose new kind cannot start leaves the old one at work, and ends nothing', async () => {
    const wrongs = wrong.length;
    const [old] = await ready(1, 'other');
    said.length = 0;
    await provider.update({ ...deployment, envVars: { WRONG: '1' } });
    const log = join(root, 'data', 'logs', 'other.log');
    const tries = () => readFileSync(log, 'utf8').split('WRONG: "1"').length - 1;
    await waitFor('it to have been tried twice', () => tries() >= 2);
    expect(said.filter((line) => line.startsWith('other '))).toEqual([
      'other does not run, and is tried again: echo: WRONG: "1"; allowed: nothing',
    ]);
    expect(endpoints('other')).toEqual([old]);
    expect(wrong).toHaveLength(wrongs);
    await provider.update(deployment);
    await waitFor('a good one', () => endpoints('other').length === 1 && endpoints('other')[0]!.id !== old!.id);
  });

  it('is at work with as many replicas as its label asks for at least, and keeps more', async () => {
    const replicas = () => provider.list().find(({ name }) => name === 'other')?.replicas;
    await provider.update({ ...deployment, labels: { 'com.openfaas.scale.min': '2' } });
    expect(replicas()).toBe(2);
    await provider.scale('other', 3);
    await provider.update(deployment);
    expect(replicas()).toBe(3);
    await ready(3, 'other');
  });

  it('ends when it is removed', async () => {
    const pids = await Promise.all(endpoints('other').map(async ({ port }) => (await call(port)).pid));
    await provider.remove('other');
    expect(provider.list().map(({ name }) => name)).toEqual(['echo']);
    await waitFor('its processes to end', () => pids.every((pid) => identify(pid) === undefined));
  });
});
