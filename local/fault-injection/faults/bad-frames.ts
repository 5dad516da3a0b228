import { sleep } from '@framewire/runtime/process';

/** What a camera with a broken encoder sends: headers, an end, and between them nothing that a decoder has tables for. */
const BAD = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.from('ffc00011080040004003012200021101031101', 'hex'),
  Buffer.from('ffda000c03010002000300003f00', 'hex'),
  Buffer.alloc(2_000, 0x5a),
  Buffer.from('ffd9', 'hex'),
]);
export const BAD_CAMERA = 'chaos-bad-pictures';
const EVERY_MS = 200;

/** Posts such pictures until it is told to end. */
export function sendBadPictures(gatewayUrl: string): () => Promise<void> {
  const ending = new AbortController();
  const sending = (async () => {
    while (!ending.signal.aborted) {
      await fetch(`${gatewayUrl}/function/ingest-frame?camera=${BAD_CAMERA}&deadline_ms=2000`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: BAD,
        signal: AbortSignal.timeout(2_000),
      })
        .then((answer) => answer.arrayBuffer())
        .catch(() => {}); // the gateway may be wounded too
      await sleep(EVERY_MS, ending.signal);
    }
  })();
  return async () => {
    ending.abort();
    await sending;
  };
}
