import { sleep } from '@framewire/runtime';

/** What a camera with a broken cable sends: it begins as a JPEG and ends as one, and cannot be decoded. */
const BAD = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108001000100301220002110103110100', 'hex'),
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
