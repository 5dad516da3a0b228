import { decodeBinaryMessage, type ResultRecord, serverMessage } from '@framewire/contract';
import type { Page } from 'playwright-core';

export interface ReceivedFrame {
  record: ResultRecord;
  jpeg: Uint8Array;
}

/** The frames that a page gets by its WebSocket, the newest last. To be called before the page opens one. */
export function recordFrames(page: Page): ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const { header, jpeg } = decodeBinaryMessage(new Uint8Array(payload));
      const message = serverMessage.parse(header);
      if (message.type === 'result' && jpeg.length > 0) frames.push({ record: message.record, jpeg });
    }),
  );
  return frames;
}
