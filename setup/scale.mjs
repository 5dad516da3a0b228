/** `npm run scale -- detect-faces=5` */
import { prepare } from './build.mjs';

await prepare();
await import('../local/dist/cli/scale.js');
