/** A server that does nothing but send: what results-ws is held against. Arguments: bytes of a JPEG, frames a second. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeBinaryMessage } from '@framewire/contract';
import { WebSocketServer } from 'ws';

const [size, rate] = process.argv.slice(2).map(Number);
const jpeg = Buffer.alloc(size!);
const server = createServer((_, response) => response.end('ok\n'));
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

setInterval(() => {
  const message = encodeBinaryMessage({ sent: Date.now() }, jpeg);
  for (const socket of sockets.clients) socket.send(message);
}, 1000 / rate!);
server.listen(0, '127.0.0.1', () => process.send?.({ listening: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
