import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, opsRoutes } from '@framewire/runtime/http';
import { createRegistry } from '@framewire/runtime/telemetry';
import { listenOnLoopback, silentLog } from '@framewire/testkit';
import { afterAll, expect, it } from 'vitest';
import { createProvider } from '../../functions/provider.ts';
import { openPidFile } from '../../supervisor/pid-file.ts';
import { createSupervisor } from '../../supervisor/supervisor.ts';
import { createSecretStore } from '../api/secret-store.ts';
import { createGateway } from '../server.ts';
import { gatewayContract } from './suite.ts';
import { createCaller, type Target } from './target.ts';
import { createTrial } from './trial.ts';

const root = mkdtempSync(join(tmpdir(), 'framewire-gateway-'));
const folder = join(root, 'functions', 'contract-probe', 'dist');
mkdirSync(folder, { recursive: true });
cpSync(join(import.meta.dirname, 'probe', 'probe.mjs'), join(folder, 'probe.mjs'));
writeFileSync(join(folder, 'main.js'), "import('./probe.mjs');");

const data = join(root, 'data');
const secrets = createSecretStore(join(data, 'function-secrets'));
const registry = createRegistry();
const provider = createProvider({
  root,
  models: '',
  secrets,
  supervisor: createSupervisor({
    data,
    pidFile: await openPidFile(data, () => {}),
    say: () => {},
    onWrongSetting: () => {},
  }),
  onChange: () => {},
});
const server = createGateway({
  provider,
  secrets,
  username: 'admin',
  password: 'secret',
  upstreamTimeoutMs: 10_000,
  registry,
  log: silentLog,
});
const port = await listenOnLoopback(server);
const metrics = await listen(opsRoutes({ registry }), { host: '127.0.0.1', port: 0 });

const target: Target = {
  url: `http://127.0.0.1:${port}`,
  username: 'admin',
  password: 'secret',
  image: 'registry.example/framewire/contract-probe:1.2',
  namespace: 'openfaas-fn',
  metricsUrl: `http://127.0.0.1:${metrics.port}/metrics`,
  patience: 20_000,
};
gatewayContract(target);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await metrics.close();
  await provider.close();
  rmSync(root, { recursive: true, force: true });
});

it('an image that is no function of this repository is refused, and it is said which are', async () => {
  const trial = createTrial(target, createCaller(target));
  const [status, said] = await trial.call(
    'POST',
    'functions',
    trial.deployment({ service: 'other', image: 'ghcr.io/openfaas/figlet:latest' }),
  );
  expect([status, said]).toEqual([400, expect.stringContaining('no containers run here')]);
  expect(said).toContain('contract-probe');
});
