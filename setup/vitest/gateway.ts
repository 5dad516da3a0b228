import { defineConfig } from 'vitest/config';

/** `npm run test:gateway`: the contract suite against the gateway that OPENFAAS_URL names. Nothing is installed or built for it. */
export default defineConfig({
  test: { include: ['local/gateway/conformance/openfaas.ts'], testTimeout: 120_000, hookTimeout: 240_000 },
});
