/** `npm start`: installs what is missing, builds what changed, runs the system. Options go to `local/main.ts`. */
import { prepare } from './build.mjs';

await prepare('start');
await import('../local/dist/main.js');
