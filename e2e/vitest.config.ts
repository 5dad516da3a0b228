import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One file after the other: each test has the machine, and the system, to itself. */
export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    include: ['e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'e2e/shared-system.ts',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
