/** `npm run scale -- detect-faces=5` */
import { build } from './build.mjs';
import { install } from './install.mjs';

install();
await build();
await import('../local/dist/cli/scale.js');
