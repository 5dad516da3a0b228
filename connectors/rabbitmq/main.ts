import { listen, listenOptions } from '@framewire/runtime/http';
import { readConfig, runProcess } from '@framewire/runtime/process';
import { createConnector } from './connector.ts';
import { settings } from './settings.ts';

runProcess('connector', async ({ env, log, onRelease }) => {
  const config = readConfig(settings, env);
  const connector = createConnector(config, log, env);
  onRelease('the connector', () => connector.close());
  const { port, close } = await listen(connector.app, listenOptions(config));
  onRelease('the HTTP server', close);
  log.info({ port, gateway: config.GATEWAY_URL }, 'started');
});
