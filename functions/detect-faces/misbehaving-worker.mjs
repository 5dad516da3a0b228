// For tests alone: a worker that does what the picture says.
import { parentPort, workerData } from 'node:worker_threads';

if (workerData.unusable) parentPort.postMessage({ unusable: workerData.unusable });
else {
  parentPort.on('message', async ({ jpeg }) => {
    const order = Buffer.from(jpeg).toString();
    if (order === 'hang') for (;;);
    if (order === 'exit') process.exit(1);
    if (order === 'throw') throw new Error('out of order');
    if (order === 'bad') return parentPort.postMessage({ failure: 'damaged', words: 'it is bad' });
    if (order === 'wait') await new Promise((resolve) => setTimeout(resolve, 200));
    parentPort.postMessage({
      found: { detections: [], image: { width: order.length, height: 1 }, stages: { detect: 1 } },
    });
  });
  parentPort.postMessage({ ready: 'obedient' });
}
