/** The function that the contract suite deploys: says what reached it, and misbehaves on request. Node alone, so that its image is one layer. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const node_id = process.env.HOSTNAME ?? hostname();
const log = (msg) => process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), node_id, msg })}\n`);
/** Streams that were begun and wait to be ended, by id. */
const streams = new Map();

const routes = {
  /** What came, and what this process was given. */
  async '/'(request, response) {
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    const { method, url, headers } = request;
    const { GREETING: greeting } = process.env;
    response.setHeader('x-own', 'kept').setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, length, node_id, greeting, secret: readSecret() }));
  },
  /** `?code=429` */
  '/status'(request, response, query) {
    request.resume();
    response.writeHead(Number(query.get('code')), { 'retry-after': '7' }).end('as asked');
  },
  /** One event at once, another when `/end?id=` is called with the same id. */
  '/stream'(_, response, query) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n');
    streams.set(query.get('id'), () => response.end('data: last\n\n'));
  },
  '/end'(_, response, query) {
    streams.get(query.get('id'))?.();
    response.end();
  },
  /** Disconnects before it answers. */
  '/hang-up': (request) => {
    request.socket.destroy();
  },
  '/log'(_, response, query) {
    log(query.get('text'));
    response.end();
  },
};
for (const path of ['/healthz', '/readyz', '/_/health', '/_/ready'])
  routes[path] = (_, response) => response.end('ok\n');

function readSecret() {
  try {
    return readFileSync(process.env.CONTRACT_PROBE_FILE ?? '/var/openfaas/secrets/contract-probe', 'utf8');
  } catch {
    return undefined;
  }
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://probe');
  (routes[pathname] ?? routes['/'])(request, response, searchParams);
});
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '0.0.0.0', () => {
  process.send?.({ listening: server.address().port });
  writeFileSync(join(tmpdir(), '.lock'), ''); // faas-netes looks for it, unless its probes use HTTP
  log('listening');
});
/** In a cluster calls arrive until every gateway has removed this replica from its endpoints. Milliseconds. */
const DRAIN_DELAY_MS = process.send ? 0 : 3_000;
process.on('SIGTERM', () => {
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, DRAIN_DELAY_MS);
});
process.on('disconnect', () => process.exit(0));
