/** `npm start`: installs what is missing, builds what changed, runs the system. Options go to `local/main.ts`. */
import { build } from './build.mjs';
import { install } from './install.mjs';

install(...(process.argv.some((argument) => ['--help', '--version'].includes(argument)) ? [] : ['start']));
await build();
await import('../local/dist/main.js');
