import { once } from 'node:events';
import { guardOf, httpSettings, listen, listenOptions, opsRoutes } from '@framewire/runtime/http';
import { integer, list, readConfig, runProcess, text } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { createSecretStore } from './api/secret-store.ts';
import { createSupervisorClient } from './ipc.ts';
import { createGateway } from './server.ts';
import { createDnsProvider } from './services/dns-provider.ts';

runProcess('gateway', async ({ env, log, onRelease }) => {
  const config = readConfig(
    {
      ...httpSettings(8080),
      METRICS_PORT: integer({ min: 0, max: 65535, fallback: 8082 }),
      BASIC_AUTH_USER: text({ fallback: 'admin' }),
      BASIC_AUTH_PASSWORD: text({ secret: true }),
      SECRETS_FOLDER: text({ allowed: "the folder of functions' secrets" }),
      UPSTREAM_TIMEOUT_MS: integer({ min: 1, max: 86_400_000, fallback: 60_000 }),
      // where no supervisor runs the functions: their names in DNS, each with its queue behind a colon if it has one
      SERVICES: list((one) => /^[a-z0-9-]+(:[a-z0-9_.-]+)?$/.test(one), 'names such as detect-faces:frame_queue'),
      SERVICE_PORT: integer({ min: 1, max: 65535, fallback: 8080 }),
    },
    env,
  );
  const services = config.SERVICES.map((one) => one.split(':')).map(([name, topic]) => ({ name: name!, topic }));
  const byDns = services.length ? createDnsProvider({ services, port: config.SERVICE_PORT, log }) : undefined;
  if (byDns) onRelease('the look for replicas', byDns.close);
  const provider = byDns ?? createSupervisorClient();
  const registry = createRegistry();
  const ending = new AbortController();
  const server = createGateway({
    provider,
    secrets: createSecretStore(config.SECRETS_FOLDER),
    username: config.BASIC_AUTH_USER,
    password: config.BASIC_AUTH_PASSWORD,
    upstreamTimeoutMs: config.UPSTREAM_TIMEOUT_MS,
    ending: ending.signal,
    guard: guardOf(config),
    registry,
    log,
  });
  const metrics = await listen(opsRoutes({ registry }), { ...listenOptions(config), port: config.METRICS_PORT });
  onRelease('the metrics', metrics.close);

  await provider.known;
  server.listen(config.PORT, config.HOST);
  await once(server, 'listening');
  onRelease('the HTTP server', async () => {
    server.close();
    ending.abort();
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    await once(server, 'close');
    clearInterval(sweep);
  });
  log.info({ port: config.PORT }, 'the gateway listens');
});
