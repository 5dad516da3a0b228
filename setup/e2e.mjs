/**
 * `npm run e2e`: the whole system under Chromium, with real cameras' protocols and a legacy producer and page.
 * With arguments (a file, `-t name`) only those tests.
 */
import { prepare } from './build.mjs';
import { usage } from './help/usage.mjs';
import { close, vitest } from './run.mjs';

usage(`npm run e2e -- [options] [file...]

The whole system under Chromium, with real camera protocols and with legacy producers and pages.

  file       only the tests of these files or folders
  -t NAME    only the tests whose name matches
  --help     all other options are those of vitest run`);

// it brings servers of its own, whatever a person has set
delete process.env.AMQP_URL;
delete process.env.PROMETHEUS_URL;
await prepare('start', 'e2e');
close([vitest('e2e', ['--config', 'e2e/vitest.config.ts', ...process.argv.slice(2)])]);
