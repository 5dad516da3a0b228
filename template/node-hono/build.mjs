/**
 * Compiles a function: its own code and that of the folders it shares into one bundle a program, npm packages beside it.
 * usage: node build.mjs WORKSPACE OUT
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const [workspace, out] = process.argv.slice(2);
const template = import.meta.dirname;
const ownMain = existsSync(join(workspace, 'main.ts'));
const handler = `./${join(workspace, 'handler.ts')}`;
if (!ownMain && !existsSync(handler)) fail(`neither main.ts nor handler.ts is in ${workspace}`);

await build({
  // a worker is a program of its own
  entryPoints: [ownMain ? join(workspace, 'main.ts') : join(template, 'serve.ts'), join(workspace, 'worker.ts')]
    .filter((file) => existsSync(file))
    .map((file) => ({ in: file, out: file.endsWith('worker.ts') ? 'worker' : 'main' })),
  outdir: join(out, workspace, 'dist'),
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  nodePaths: [join(template, 'node_modules')],
  plugins: [packages()],
});

if (existsSync('node_modules')) {
  cpSync('node_modules', join(out, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
    // a link leads to a folder whose code is in the bundle already; types and source maps are nearly half of what packages weigh
    filter: (path) =>
      !/(\/\.bin|\.[cm]?ts|\.map)$/.test(path) && !shared().some(({ name }) => path === join('node_modules', name)),
  });
}
writeFileSync(join(out, 'package.json'), '{"type":"module"}\n');
rmSync(join(out, 'node_modules', '.package-lock.json'), { force: true });
cpSync(join(template, 'start.mjs'), join(out, 'start.mjs'));

/** What was installed stays outside; folders of the same repo, and what only the template brings, go inside. */
function packages() {
  return {
    name: 'packages',
    setup({ onResolve }) {
      onResolve({ filter: /^function:handler$/ }, () => ({ path: join(process.cwd(), handler) }));
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
        const folder = shared().find((one) => one.name === name);
        if (folder) return { path: join(process.cwd(), folder.at, exported(folder.at, `.${path.slice(name.length)}`)) };
        return existsSync(join('node_modules', name)) ? { path, external: true } : undefined;
      });
    },
  };
}

/** The folders that the lock file links to, by the name under which they are imported. */
function shared() {
  shared.cached ??= existsSync('package-lock.json')
    ? Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages)
        .filter(([, entry]) => entry.link)
        .map(([path, entry]) => ({ name: path.replace(/^node_modules\//, ''), at: entry.resolved }))
    : [];
  return shared.cached;
}

/** The file that a folder's package.json gives for `.` or `./something`. */
function exported(folder, subpath) {
  const { exports = {}, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = typeof exports === 'string' ? exports : (exports[subpath] ?? (subpath === '.' ? main : undefined));
  if (typeof file !== 'string') fail(`${folder}/package.json exports no ${subpath}`);
  return file;
}

function fail(line) {
  process.stderr.write(`node-hono: ${line}\n`);
  process.exit(1);
}
