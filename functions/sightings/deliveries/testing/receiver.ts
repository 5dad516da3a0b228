import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { CloudEvent } from '@framewire/contract';
import { listenOnLoopback } from '@framewire/testkit';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: CloudEvent;
}

/** A webhook's receiver as a real server. */
export interface Receiver {
  url: string;
  /** `127.0.0.1:port`, as WEBHOOK_ALLOW has it. */
  host: string;
  received: Received[];
  /** How the next requests are answered; 204 unless it is set. */
  answer: (response: ServerResponse, received: Received) => void;
  close(): Promise<void>;
}

export async function startReceiver(port?: number): Promise<Receiver> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const received = { headers: request.headers, body, event: JSON.parse(body) as CloudEvent };
      receiver.received.push(received);
      receiver.answer(response, received);
    });
  });
  const at = port ?? (await listenOnLoopback(server));
  if (port !== undefined) await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${at}/hook`,
    host: `127.0.0.1:${at}`,
    received: [],
    answer: (response) => response.writeHead(204).end(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
