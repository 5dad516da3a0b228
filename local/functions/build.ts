import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * Compiles a function of the template node-hono as its image does, into `dist/` of its folder; resolves to the program.
 * @param root the repository, which has the template and the packages that it brings.
 * @throws Error with what is wrong with the sources.
 */
export async function buildFunction(root: string, folder: string): Promise<string> {
  const main = ['main.ts', 'handler.ts'].map((file) => join(folder, file)).find(existsSync);
  if (!main) throw new Error(`neither main.ts nor handler.ts is in ${folder}`);
  const entry = main.endsWith('main.ts') ? main : join(root, 'template', 'node-hono', 'serve.ts');
  const worker = join(folder, 'worker.ts');
  await build({
    entryPoints: [{ in: entry, out: 'main' }, ...(existsSync(worker) ? [{ in: worker, out: 'worker' }] : [])],
    outdir: join(folder, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    logLevel: 'silent',
    nodePaths: [join(root, 'node_modules')],
    alias: {
      '@framewire/contract': join(root, 'contract'),
      '@framewire/runtime': join(root, 'runtime'),
    },
    plugins: [installed(folder, join(folder, 'handler.ts'))],
  });
  // whatever the function's own package.json says: the template compiles to modules named .js
  writeFileSync(join(folder, 'dist', 'package.json'), '{"type": "module"}\n');
  return join(folder, 'dist', 'main.js');
}

/** What Node finds from the function's folder stays outside; what only the template brings goes inside. */
function installed(folder: string, handler: string): Plugin {
  const { resolve } = createRequire(join(folder, 'package.json'));
  return {
    name: 'installed',
    setup({ onResolve }) {
      onResolve({ filter: /^function:handler$/ }, () => ({ path: handler }));
      onResolve({ filter: /^[^./#]/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || path.startsWith('@framewire/')) return undefined;
        try {
          resolve(path);
          return { path, external: true };
        } catch {
          return undefined;
        }
      });
    },
  };
}
