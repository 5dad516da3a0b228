/**
 * `npm run bench`: what comes through, how old it is and what it costs, beside the first generation's worker.
 * `npm run chaos`: each part killed in turn under load, and every confirmed frame accounted for.
 */
import { build, bundle } from './build.mjs';
import { install } from './install.mjs';

const chaos = process.argv[2] === 'chaos';
if (chaos) process.argv.splice(2, 1);
install('start', ...(chaos ? [] : ['bench']));
await build();
await bundle('bench', ['main.ts', 'chaos/main.ts', 'alone.ts', 'bare-ws.ts']);
await import(chaos ? '../bench/dist/chaos/main.js' : '../bench/dist/main.js');
