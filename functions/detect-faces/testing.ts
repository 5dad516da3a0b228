/** For tests alone: processes need plain JavaScript, since Node 20 does not run TypeScript. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles these programs as a build does; packages from npm stay outside. They are found at `folder`. */
export async function buildForTests(
  programs = ['main.ts', 'worker.ts'],
): Promise<{ folder: URL; remove(): Promise<void> }> {
  const out = at(`node_modules/.cache/test-${randomBytes(6).toString('hex')}`);
  await promisify(execFile)(process.execPath, [
    at('../../node_modules/esbuild/bin/esbuild'),
    ...[...programs.map(at), `--outdir=${out}`],
    ...['--bundle', '--platform=node', '--format=esm', '--packages=external'],
    `--alias:@framewire/contract=${at('../../contract/index.ts')}`,
    `--alias:@framewire/runtime=${at('../../runtime')}`,
  ]);
  return { folder: pathToFileURL(`${out}/`), remove: () => rm(out, { recursive: true, force: true }) };
}

/** The processes that a process started, as Linux tells it; none elsewhere. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
