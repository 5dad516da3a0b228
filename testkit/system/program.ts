import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './paths.ts';

export interface TestProgram {
  /** The built program, or the first of several, which lie beside it. */
  file: string;
  remove(): void;
}

/**
 * Bundles programs as a release does, to run as processes: Node 20 does not run TypeScript.
 * @param what programs in a part's folder, from the root of the project, or the text of one that imports from there.
 */
export async function buildProgram(
  what: { part: string; programs?: string[] } | { source: string },
): Promise<TestProgram> {
  const { build } = await import('esbuild');
  const { part, programs = ['main.ts'] } = 'part' in what ? what : { part: '' };
  const cache = join(ROOT, part, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'test-'));
  const file = join(out, basename(programs[0]!).replace(/ts$/, 'js'));
  await build({
    ...('part' in what
      ? { entryPoints: programs.map((program) => join(ROOT, part, program)), outdir: out }
      : { stdin: { contents: what.source, resolveDir: ROOT, loader: 'ts' as const }, outfile: file }),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: {
      '@framewire/contract': join(ROOT, 'contract'),
      '@framewire/runtime': join(ROOT, 'runtime'),
    },
    logLevel: 'warning',
  });
  return { file, remove: () => rmSync(out, { recursive: true, force: true }) };
}
