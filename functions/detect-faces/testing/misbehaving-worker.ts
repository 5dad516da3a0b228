/** A worker that does what the bytes of the JPEG say. */
import { type Answer, openPipe } from '../workers/pipe.ts';

const { unusable } = JSON.parse(process.argv[2]!) as { unusable?: string };
const pipe = openPipe();

function obey(order: string): Answer {
  if (order === 'hang') for (;;);
  if (order === 'exit') process.exit(1);
  if (order === 'throw') throw new Error('out of order');
  if (order === 'abort') process.abort();
  if (order === 'segv') process.kill(process.pid, 'SIGSEGV');
  if (order === 'bad') return { failure: 'damaged', message: 'it is bad' };
  if (order === 'give up') return { failure: 'worker_died', message: 'it is broken' };
  if (order === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  return { found: { detections: [], image: { width: order.length, height: 1 }, stages: { detect: 1 } } };
}

if (unusable) pipe.send({ unusable });
else {
  pipe.send({ ready: 'obedient', provider: 'cpu', missing: [] });
  for (let jpeg = pipe.read(); jpeg; jpeg = pipe.read()) pipe.send(obey(Buffer.from(jpeg.bytes).toString()));
}
