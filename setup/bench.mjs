/** `npm run bench`: frames per second, latency and CPU per frame, beside the legacy worker. */
import { build, bundle } from './build.mjs';
import { install } from './install.mjs';

install('start', 'bench');
await build();
await bundle('bench', ['main.ts', 'programs/detector-only.ts', 'programs/bare-ws.ts', 'programs/empty-function.ts']);
await import('../bench/dist/main.js');
