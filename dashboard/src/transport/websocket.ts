import {
  decodeBinaryMessage,
  type ServerMessage,
  serverMessage,
  VIEWER_PROTOCOL,
  type ViewerMessage,
} from '@framewire/contract';
import type { Connection, ConnectionEvents, Subscription } from './connection.ts';

/** A link on which nothing at all is heard for so long is dead, whatever TCP believes. Pongs come more often than that. */
const SILENCE = 12_000;

export function openWebSocket(page: URL, start: Subscription, events: ConnectionEvents): Connection {
  const address = new URL('ws/results', page);
  address.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, VIEWER_PROTOCOL);
  socket.binaryType = 'arraybuffer';
  const send = (message: ViewerMessage) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  let { watch } = start;
  let ended = false;
  const end = () => {
    ended = true;
    clearTimeout(silence);
    // closing a socket that is not open yet logs an error, which is harmless
    socket.close();
  };
  const lost = () => {
    if (ended) return;
    end();
    events.lost(false);
  };
  let silence = setTimeout(lost, SILENCE);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE);
  };

  socket.onopen = () => {
    heard();
    send({ type: 'watch', cameras: watch, resume: start.resume });
    events.opened();
  };
  socket.onmessage = ({ data }) => {
    if (ended) return;
    heard();
    const { message, jpeg } = decode(data);
    if (message) events.message(message, jpeg);
  };
  socket.onclose = lost;

  return {
    watch(cameras) {
      watch = cameras; // used when it opens
      send({ type: 'watch', cameras });
    },
    send,
    close: end,
  };
}

/** An unknown message of a newer server is ignored. */
function decode(data: string | ArrayBuffer): { message?: ServerMessage; jpeg?: Uint8Array<ArrayBuffer> } {
  if (typeof data === 'string') return { message: serverMessage.safeParse(JSON.parse(data)).data };
  const { header, jpeg } = decodeBinaryMessage(new Uint8Array(data));
  return { message: serverMessage.safeParse(header).data, jpeg: jpeg.length > 0 ? jpeg : undefined };
}
