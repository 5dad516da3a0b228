import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['e2e/images/*.docker.ts'],
    testTimeout: 60_000,
    globalSetup: 'setup/vitest/broker.ts',
  },
});
