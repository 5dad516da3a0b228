import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { framewire } from './framewire.ts';
import { run } from './run.ts';

/** A framewire of another checkout, npm packages installed: its own parts, fed and read by its own bench. */
export async function framewireOf(checkout: string): Promise<{ framewire: typeof framewire; commit: string }> {
  const build = `import('./setup/build.mjs').then(({ bundle }) => bundle('bench', ['targets/framewire.ts']))`;
  run(process.execPath, ['-e', build], checkout);
  const file = pathToFileURL(join(checkout, 'bench/dist/targets/framewire.js')).href;
  const commit = run('git', ['describe', '--always', '--dirty'], checkout).trim();
  return { ...(await import(file)), commit };
}
