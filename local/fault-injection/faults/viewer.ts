import { VIEWER_PROTOCOL } from '@framewire/contract';
import WebSocket from 'ws';
import type { Fault, Revert } from '../fault-injector.ts';

export const viewerFault = (port: number, key?: string): Fault => ({
  name: 'viewer',
  message: 'A viewer asks for all pictures and reads none.',
  inject: () => openStalledViewer(port, key),
});

/** A viewer that asks for every camera and then reads nothing more, like a browser on a connection that is too slow. */
function openStalledViewer(port: number, key?: string): Promise<Revert> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/results`, VIEWER_PROTOCOL, {
    headers,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('open', () => {
      socket.pause();
      socket.send(JSON.stringify({ type: 'watch', cameras: '*' }));
      resolve(() => socket.terminate());
    });
  });
}
