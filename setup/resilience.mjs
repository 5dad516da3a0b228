/**
 * `npm run chaos`: kills each part in turn under load and accounts for every confirmed frame.
 * `npm run causes`: makes each cause of a slow or stopped system by hand and measures when the diagnosis names it.
 */
import { bundle, prepare } from './build.mjs';

const [name] = process.argv.splice(2, 1); // `chaos` or `causes`; the rest are the command's own flags
await prepare('start', 'test');
await bundle('resilience', [`${name}/main.ts`]);
await import(`../resilience/dist/${name}/main.js`);
