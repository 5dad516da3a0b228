import { decodePicture, type ResultRecord, serverMessage } from '@framewire/contract';
import type { Page } from 'playwright-core';

export interface ReceivedPicture {
  record: ResultRecord;
  jpeg: Uint8Array;
}

/** The pictures that a page gets by its WebSocket, the newest last. To be called before the page opens one. */
export function recordPictures(page: Page): ReceivedPicture[] {
  const pictures: ReceivedPicture[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const { header, jpeg } = decodePicture(new Uint8Array(payload));
      const message = serverMessage.parse(header);
      if (message.type === 'result' && jpeg.length > 0) pictures.push({ record: message.record, jpeg });
    }),
  );
  return pictures;
}
