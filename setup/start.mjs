/** `npm start`: installs what is missing, builds what changed, runs the system. Options go to `local/main.ts`. */
import { build } from './build.mjs';
import { install } from './install.mjs';

if (!process.argv.includes('--help')) install('start');
else install();
await build();
await import('../local/dist/main.js');
