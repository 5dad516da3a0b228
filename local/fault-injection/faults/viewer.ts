import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { VIEWER_PROTOCOL } from '@framewire/contract';

/** A viewer that asks for every camera and then reads nothing more, as a browser on a line that is too thin. Returns what ends it. */
export function openStalledViewer(port: number, key?: string): Promise<() => void> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(
    `GET /ws/results HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
      `Sec-WebSocket-Protocol: ${VIEWER_PROTOCOL}\r\n` +
      `${key === undefined ? '' : `Authorization: Bearer ${key}\r\n`}\r\n`,
  );
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (answer) => {
      if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) return reject(new Error('results-ws takes no viewer'));
      socket.pause();
      socket.on('error', () => {});
      socket.write(textFrame(JSON.stringify({ type: 'watch', cameras: '*' })));
      resolve(() => {
        socket.destroy();
      });
    });
  });
}

/** A short message of a client, masked as RFC 6455 (section 5.2) wants it. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const masked = payload.map((byte, i) => byte ^ mask[i % 4]!);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked]);
}
