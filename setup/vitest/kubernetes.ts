import { defineConfig } from 'vitest/config';

/** `npm run test:kubernetes`: against the cluster that kubectl names. Nothing is installed or built for it. */
export default defineConfig({
  test: { include: ['e2e/kubernetes/*.kubernetes.ts'], testTimeout: 60_000 },
});
