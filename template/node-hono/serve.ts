/** Serves a function that is only a handler. A function with more to wire has a main.ts of its own. */

import handler from 'function:handler';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const { HOST = '127.0.0.1', PORT = '3000', DRAIN_AFTER_MS = '0' } = process.env;

const app = new Hono();
app.onError((error, c) => {
  console.error(JSON.stringify({ level: 'error', path: c.req.path, error: error.stack }));
  return c.json({ error: 'internal error; the log says more', code: 'internal' }, 500);
});
app.route('/', handler);
// a handler's own come first
app.get('/_/health', (c) => c.text('ok\n')).get('/_/ready', (c) => c.text('ready\n'));

const server = serve({ fetch: app.fetch, hostname: HOST, port: Number(PORT) });

// the gateway learns of the end meanwhile; then what is under way is finished
process.once('SIGTERM', () => setTimeout(drain, Number(DRAIN_AFTER_MS)));

function drain() {
  server.close(() => process.exit(0));
  if ('closeIdleConnections' in server) setInterval(() => server.closeIdleConnections(), 100);
}
