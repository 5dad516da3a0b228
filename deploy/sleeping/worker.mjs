/** A worker of detect-faces that finds nothing and takes SLEEP_MS (100) for it; what it says is what functions/detect-faces/thread.ts wants. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

const { SLEEP_MS = '100' } = process.env;

parentPort.on('message', async () => {
  const begin = performance.now();
  await sleep(Number(SLEEP_MS));
  const detect = performance.now() - begin;
  parentPort.postMessage({ found: { detections: [], image: { width: 1, height: 1 }, stages: { detect } } });
});
parentPort.postMessage({ ready: 'sleep' });
