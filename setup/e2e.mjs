/** `npm run e2e`: the whole system under Chromium, with real cameras' protocols and a producer and page of the first generation. */
import { build } from './build.mjs';
import { install } from './install.mjs';
import { close, vitest } from './run.mjs';

install('start', 'e2e');
await build();
close([vitest('e2e', ['--config', 'e2e/vitest.config.ts', ...process.argv.slice(2)])]);
