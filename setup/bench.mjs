/**
 * `npm run bench`: what comes through, how old it is and what it costs, beside the first generation's worker.
 * `npm run chaos`: each part killed in turn under load, and every confirmed frame accounted for.
 * `npm run causes`: what makes it slow or stops it, made by hand, and when the verdict names it.
 */
import { build, bundle } from './build.mjs';
import { install } from './install.mjs';

const OTHERS = ['chaos', 'causes'];
const other = OTHERS.find((name) => name === process.argv[2]);
if (other) process.argv.splice(2, 1);
install('start', ...(other ? [] : ['bench']));
await build();
await bundle('bench', [
  'main.ts',
  ...OTHERS.map((name) => `${name}/main.ts`),
  'alone.ts',
  'bare-ws.ts',
  'profiler.ts',
  'connectors/empty-function.ts',
]);
await import(other ? `../bench/dist/${other}/main.js` : '../bench/dist/main.js');
