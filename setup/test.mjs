/**
 * `npm test`: types, lint, the direction of imports, vocabulary, spelling and sizes, then all unit, contract and integration tests on
 * real parts.
 * With arguments (a file, `-t name`) only those tests, and no checks.
 */
import { prepare } from './build.mjs';
import { usage } from './help/usage.mjs';
import { say } from './install.mjs';
import { close, run, vitest } from './run.mjs';

usage(`npm test -- [options] [file...]

Types, lint, imports, words, spelling, sizes, then all tests beside the sources.

  file       only the tests of these files or folders. Without the checks
  -t NAME    only the tests whose name matches
  --help     all other options are those of vitest run`);

await prepare('start', 'test');

const chosen = process.argv.slice(2);
const results = [];
if (chosen.length === 0) {
  const checks = [
    ['types', 'tsc', ['--noEmit']],
    ['types of the dashboard', 'svelte-check', ['--tsconfig', 'dashboard/tsconfig.json', '--fail-on-warnings']],
    ['lint', 'biome', ['check', '.']],
    [
      'direction of imports',
      'depcruise',
      [
        '--config',
        '.dependency-cruiser.cjs',
        'contract',
        'runtime',
        'functions',
        'connectors',
        'deploy',
        'local',
        'dashboard',
        'e2e',
        'bench',
        'resilience',
        'testkit',
        'setup',
      ],
    ],
    ['vocabulary', 'setup/lint/vocabulary.mjs', []],
    ['spelling', 'cspell', ['lint', '--no-progress', '--no-summary', '--quiet', '.']],
    ['sizes', 'setup/lint/sizes.mjs', []],
  ];
  for (const [what, program, args] of checks) {
    say(`checking: ${what}`);
    const code = run(program, args);
    results.push({ code, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  }
}
results.push(vitest('test', chosen));
close(results);
