/** Programs of this part as a build makes them: processes need plain JavaScript, since Node 20 does not run TypeScript. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const part = resolve(import.meta.dirname, '..');
const root = resolve(part, '../..');

/** Bundles these programs as a build does; packages from npm stay outside. They are found at `folder`. */
export async function buildForTests(
  programs = ['main.ts', 'worker.ts'],
): Promise<{ folder: URL; remove(): Promise<void> }> {
  const { build } = await import('esbuild');
  const cache = join(part, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'test-'));
  await build({
    entryPoints: programs.map((program) => join(part, program)),
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: {
      '@framewire/contract': join(root, 'contract'),
      '@framewire/runtime': join(root, 'runtime'),
    },
    logLevel: 'warning',
  });
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
