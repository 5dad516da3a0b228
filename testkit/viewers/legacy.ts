import { once } from 'node:events';
import type { LegacyResult } from '@framewire/contract';
import { WebSocket } from 'ws';

/** A client that asks for nothing: it gets the legacy JSON. */
export interface PlainViewer {
  results: LegacyResult[];
  close(): Promise<void>;
}

export async function openPlainViewer(dashboard: string): Promise<PlainViewer> {
  const socket = new WebSocket(`${dashboard.replace('http', 'ws')}/ws/results`);
  const results: LegacyResult[] = [];
  socket.on('message', (data, isBinary) => {
    if (isBinary) throw new Error('a plain client was sent a binary message');
    results.push(JSON.parse(String(data)));
  });
  await once(socket, 'open');
  return {
    results,
    async close() {
      socket.close();
      if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    },
  };
}
