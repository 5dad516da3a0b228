import { serverMessage } from '@framewire/contract';
import type { Connection, ConnectionEvents, Jpeg, Subscription, Watch } from './connection.ts';

/**
 * Server-sent events, where WebSockets are blocked. The browser reconnects and resumes by itself (`Last-Event-ID`);
 * a change of cameras is a new request with the last cursor in its address.
 */
export function openEvents(page: URL, start: Subscription, events: ConnectionEvents): Connection {
  let { watch, resume } = start;
  let closed = false;
  let source = connect();

  function connect(): EventSource {
    const address = new URL('api/events', page);
    address.searchParams.set('cameras', watch === '*' ? '*' : watch.join(','));
    if (resume !== undefined) address.searchParams.set('resume', String(resume));
    const next = new EventSource(address);
    next.onopen = () => events.opened();
    next.onerror = () => events.lost(next.readyState === EventSource.CONNECTING);
    next.onmessage = ({ data }) => {
      const json: unknown = JSON.parse(data);
      const message = serverMessage.safeParse(json).data;
      if (message?.type === 'result') resume = message.cursor;
      if (message) events.message(message, pictureOf(json));
    };
    return next;
  }

  return {
    watch(cameras: Watch) {
      watch = cameras;
      if (closed) return;
      source.close();
      source = connect();
    },
    send: () => {},
    close() {
      closed = true;
      source.close();
    },
  };
}

function pictureOf(json: unknown): Jpeg | undefined {
  const frame = (json as { frame?: unknown }).frame;
  if (typeof frame !== 'string') return undefined;
  const text = atob(frame);
  const jpeg = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) jpeg[i] = text.charCodeAt(i);
  return jpeg;
}
