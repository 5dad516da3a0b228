/** `npm run topology`: declares what the system needs in a RabbitMQ. Options go to `deploy/topology/main.ts`. */
import { build } from './build.mjs';
import { install } from './install.mjs';

install();
await build();
await import('../deploy/topology/dist/main.js');
