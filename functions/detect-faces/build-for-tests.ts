/** For tests alone: worker threads and processes need plain JavaScript, since Node 20 does not run TypeScript. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles `main.ts` and `worker.ts` as a build does; packages from npm stay outside. They are found at `folder`. */
export async function buildForTests(): Promise<{ folder: URL; remove(): Promise<void> }> {
  const out = at(`node_modules/.cache/test-${process.pid}`);
  await promisify(execFile)(process.execPath, [
    at('../../node_modules/esbuild/bin/esbuild'),
    ...[at('main.ts'), at('worker.ts'), `--outdir=${out}`],
    ...['--bundle', '--platform=node', '--format=esm', '--packages=external'],
    `--alias:@framewire/contract=${at('../../contract/index.ts')}`,
    `--alias:@framewire/runtime=${at('../../runtime/index.ts')}`,
  ]);
  return { folder: pathToFileURL(`${out}/`), remove: () => rm(out, { recursive: true, force: true }) };
}
