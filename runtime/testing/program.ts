/** For tests alone: a part's `main.ts` as a process, built as a release is, since Node 20 does not run TypeScript. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface TestProgram {
  /** The built `main.js`. */
  file: string;
  remove(): void;
}

/** @param what a part's folder, from the root of the project, or a program that imports from there. */
export async function buildProgram(what: { part: string } | { source: string }): Promise<TestProgram> {
  const { build } = await import('esbuild');
  const root = resolve(import.meta.dirname, '../..');
  const cache = join(root, 'part' in what ? what.part : '', 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'test-'));
  const file = join(out, 'main.mjs');
  await build({
    ...('part' in what
      ? { entryPoints: [join(root, what.part, 'main.ts')] }
      : { stdin: { contents: what.source, resolveDir: root, loader: 'ts' as const } }),
    outfile: file,
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
