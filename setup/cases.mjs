/** `npm run cases`: what cameras, producers and proxies of the field do to a running system: a table of case, right, seen. */
import { prepare } from './build.mjs';
import { usage } from './help/usage.mjs';
import { close, vitest } from './run.mjs';

usage(`npm run cases -- [options] [file...]

Cases of real cameras, producers and proxies against a system of its own: a table of what is right and what was seen.

  file       only the tests of these files or folders
  -t NAME    only the tests whose name matches
  --help     all other options are those of vitest run`);

// it brings servers of its own, whatever a person has set
delete process.env.AMQP_URL;
delete process.env.PROMETHEUS_URL;
await prepare('start', 'e2e', 'cases');
const table = ['--config', 'setup/vitest/cases.ts', '--reporter=./e2e/cases/table.ts'];
close([vitest('cases', [...table, ...process.argv.slice(2)])]);
