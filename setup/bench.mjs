/** `npm run bench`: frames per second, latency and CPU per frame, beside the legacy worker. */
import { bundle, prepare } from './build.mjs';

await prepare('start', 'bench');
await bundle('bench', ['main.ts', 'programs/detector-only.ts', 'programs/bare-ws.ts']);
await import('../bench/dist/main.js');
