import { defineConfig } from 'vitest/config';

/** Cases from the field against one running system, one kind after the other. */
export default defineConfig({
  test: {
    include: ['e2e/cases/*.cases.ts'],
    globalSetup: 'e2e/shared-system.ts',
    fileParallelism: false,
    maxConcurrency: 4,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
