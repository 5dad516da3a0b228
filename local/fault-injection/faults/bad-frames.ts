import { sleep } from '@framewire/runtime/process';
import type { Fault } from '../fault-injector.ts';

/** A JPEG from a broken encoder: headers and an end, and between them nothing that a decoder has tables for. */
const BAD_FRAME = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.from('ffc00011080040004003012200021101031101', 'hex'),
  Buffer.from('ffda000c03010002000300003f00', 'hex'),
  Buffer.alloc(2_000, 0x5a),
  Buffer.from('ffd9', 'hex'),
]);
const CAMERA = 'bad-frames';
const INTERVAL_MS = 200;

export const badFramesFault = (gatewayUrl: string): Fault => ({
  name: 'bad-frames',
  message: 'A camera sends pictures that cannot be decoded.',
  inject: () => postBadFrames(gatewayUrl),
});

/** Posts such frames until the returned function is called. */
function postBadFrames(gatewayUrl: string): () => Promise<void> {
  const ending = new AbortController();
  const sending = (async () => {
    while (!ending.signal.aborted) {
      await fetch(`${gatewayUrl}/function/ingest-frame?camera=${CAMERA}&deadline_ms=2000`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: BAD_FRAME,
        signal: AbortSignal.timeout(2_000),
      })
        .then((answer) => answer.arrayBuffer())
        .catch(() => {}); // the gateway may have a fault too
      await sleep(INTERVAL_MS, ending.signal);
    }
  })();
  return async () => {
    ending.abort();
    await sending;
  };
}
