/** A worker of detect-faces that finds nothing and takes SLEEP_MS (100) for it; what it says is what functions/detect-faces/pipe.ts wants. */
import { readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { SLEEP_MS = '100' } = process.env;
const PIPE = 3;
const picture = Buffer.alloc(16 * 1024 * 1024);

const say = (message) => writeSync(PIPE, `${JSON.stringify(message)}\n`);

/** A picture is its length and its bytes. False when the pool is gone. */
function read() {
  for (let have = 0, size = 4; have < size; ) {
    const count = readSync(PIPE, picture, have, picture.length - have, null);
    if (count === 0) return false;
    have += count;
    if (have >= 4) size = 4 + picture.readUInt32BE(0);
  }
  return true;
}

say({ ready: 'sleep' });
while (read()) {
  const begin = performance.now();
  await sleep(Number(SLEEP_MS));
  say({ found: { detections: [], image: { width: 1, height: 1 }, stages: { detect: performance.now() - begin } } });
}
process.exit();
