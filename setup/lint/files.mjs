import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const CODE = /\.(ts|svelte|mjs|cjs|js)$/;

/** What git tracks or would, and is there: paths from the root. */
export const files = () =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => existsSync(file));
