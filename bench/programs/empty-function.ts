/**
 * The empty function, and all of a provider that a gateway asks for: answers every invocation 200 at once, and remembers the last 36 bytes
 * of each body, an id. Argument: the annotation `topic`. It reports to its parent how many different ids came; `GET /received` has them all.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NAMESPACE } from '../../local/gateway/faas-provider.ts';
import { EMPTY } from '../connectors/gateway.ts';

const [topic = ''] = process.argv.slice(2);
const ID_BYTES = 36;
/** Milliseconds between two reports to the parent. */
const REPORT_MS = 5;

const received = new Map<string, number>();
const status = {
  name: EMPTY,
  namespace: NAMESPACE,
  image: EMPTY,
  replicas: 1,
  availableReplicas: 1,
  annotations: { topic, 'framewire.concurrency': '48' },
  labels: {},
};
const answers: Record<string, unknown> = {
  '/system/namespaces': [NAMESPACE],
  '/system/functions': [status],
  [`/system/function/${EMPTY}`]: status,
  // the gateway asks Prometheus how often each was called
  '/api/v1/query': { status: 'success', data: { resultType: 'vector', result: [] } },
  '/system/info': { provider: { provider: 'bench', orchestration: 'none', version: { release: '0', sha: '' } } },
};

const server = createServer((request, response) => {
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method !== 'POST') {
    const answer = path === '/received' ? [...received] : answers[path];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer ?? 'ok'));
    return;
  }
  let tail: Buffer = Buffer.alloc(0);
  request.on('data', (chunk: Buffer) => {
    tail = chunk.length >= ID_BYTES ? chunk.subarray(-ID_BYTES) : Buffer.concat([tail, chunk]).subarray(-ID_BYTES);
  });
  request.on('end', () => {
    const id = tail.toString('latin1');
    received.set(id, (received.get(id) ?? 0) + 1);
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ listening: (server.address() as AddressInfo).port }));

let reported = 0;
setInterval(() => {
  if (received.size === reported) return;
  reported = received.size;
  process.send?.({ received: reported });
}, REPORT_MS);
process.on('disconnect', () => process.exit());
