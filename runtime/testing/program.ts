/** For tests alone: programs as processes, built as a release is, since Node 20 does not run TypeScript. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

export interface TestProgram {
  /** The built program, or the first of several, which lie beside it. */
  file: string;
  remove(): void;
}

/** @param what programs in a part's folder, from the root of the project, or the text of one that imports from there. */
export async function buildProgram(
  what: { part: string; programs?: string[] } | { source: string },
): Promise<TestProgram> {
  const { build } = await import('esbuild');
  const root = resolve(import.meta.dirname, '../..');
  const { part, programs = ['main.ts'] } = 'part' in what ? what : { part: '' };
  const cache = join(root, part, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'test-'));
  const file = join(out, basename(programs[0]!).replace(/ts$/, 'js'));
  await build({
    ...('part' in what
      ? { entryPoints: programs.map((program) => join(root, part, program)), outdir: out }
      : { stdin: { contents: what.source, resolveDir: root, loader: 'ts' as const }, outfile: file }),
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
  return { file, remove: () => rmSync(out, { recursive: true, force: true }) };
}
