/** `npm start`: installs what is missing, builds what changed, runs the system. Options go to `local/main.ts`. */
import { prepare } from './build.mjs';

await prepare(...(process.argv.some((argument) => ['--help', '--version'].includes(argument)) ? [] : ['start']));
await import('../local/dist/main.js');
