/** Shows the built page in a situation of choice: `node dashboard/dev/serve.mjs [situation] [port]`. See README.md. */
import { join } from 'node:path';
import { runnerImport } from 'vite';

const { module } = await runnerImport(join(import.meta.dirname, 'server.ts'), { logLevel: 'error' });
const server = await module.startDevServer(Number(process.argv[3] ?? 0));
await server.set(process.argv[2] ?? 'normal');
console.log(`http://127.0.0.1:${server.port}/  (another situation: /dev/<name>)`);
