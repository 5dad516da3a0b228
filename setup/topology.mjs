/** `npm run topology`: declares what the system needs in a RabbitMQ. Options go to `deploy/topology/main.ts`. */
import { prepare } from './build.mjs';

await prepare();
await import('../deploy/topology/dist/main.js');
