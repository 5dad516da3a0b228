import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { framewire } from './framewire.ts';

/** A framewire of another checkout, npm packages installed: its own parts, fed and read by its own bench. */
export async function framewireOf(checkout: string): Promise<{ framewire: typeof framewire; commit: string }> {
  const build = `import('./setup/build.mjs').then(({ bundle }) => bundle('bench', ['targets/framewire.ts']))`;
  run(checkout, process.execPath, ['-e', build]);
  const file = pathToFileURL(join(checkout, 'bench/dist/targets/framewire.js')).href;
  const commit = run(checkout, 'git', ['describe', '--always', '--dirty']).trim();
  return { ...(await import(file)), commit };
}

function run(cwd: string, command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${cwd}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
