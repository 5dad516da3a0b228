/**
 * `npm run test:gateway`: the contract suite against the gateway that OPENFAAS_URL names. It wants the probe as an image that the
 * gateway can pull:
 *
 *     docker build -t registry.example/contract-probe local/gateway/conformance/probe && docker push registry.example/contract-probe
 *     OPENFAAS_URL=http://127.0.0.1:8080 OPENFAAS_PASSWORD=... OPENFAAS_TEST_IMAGE=registry.example/contract-probe npm run test:gateway
 */
import { integer, optional, readConfig, text, url } from '@framewire/runtime/process';
import { gatewayContract } from './suite.ts';
import { createCaller, type Target } from './target.ts';

const http = ['http', 'https'];
const config = readConfig({
  OPENFAAS_URL: url(http),
  OPENFAAS_USER: text({ fallback: 'admin' }),
  OPENFAAS_PASSWORD: text({ secret: true }),
  OPENFAAS_TEST_IMAGE: text({ allowed: 'an image of local/gateway/conformance/probe that the gateway can pull' }),
  OPENFAAS_NAMESPACE: text({ fallback: 'openfaas-fn' }),
  OPENFAAS_METRICS_URL: optional(url(http)),
  OPENFAAS_TEST_PATIENCE_MS: integer({ min: 1, max: 3_600_000, fallback: 60_000 }),
});

const target: Target = {
  url: config.OPENFAAS_URL,
  username: config.OPENFAAS_USER,
  password: config.OPENFAAS_PASSWORD,
  image: config.OPENFAAS_TEST_IMAGE,
  namespace: config.OPENFAAS_NAMESPACE,
  metricsUrl: config.OPENFAAS_METRICS_URL,
  patience: config.OPENFAAS_TEST_PATIENCE_MS,
};
const { provider } = await createCaller(target).read<{ provider: { provider: string } }>('info');
gatewayContract({ ...target, onFaasd: provider.provider === 'faasd' });
