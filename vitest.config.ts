import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{contract,runtime,functions,connectors,deploy,local,dashboard,e2e/kubernetes,bench,setup,resilience,testkit}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: 'setup/vitest/broker.ts',
    // tests mostly wait for real parts: by itself Vitest leaves a core of two idle
    maxWorkers: 2,
  },
});
