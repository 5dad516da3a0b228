/** For tests alone: a worker that does what the picture says. */
import { type Answer, openPipe } from '../workers/pipe.ts';

const { unusable } = JSON.parse(process.argv[2]!) as { unusable?: string };
const pipe = openPipe();

function obey(order: string): Answer {
  if (order === 'hang') for (;;);
  if (order === 'exit') process.exit(1);
  if (order === 'throw') throw new Error('out of order');
  if (order === 'abort') process.abort();
  if (order === 'segv') process.kill(process.pid, 'SIGSEGV');
  if (order === 'bad') return { failure: 'damaged', words: 'it is bad' };
  if (order === 'give up') return { failure: 'worker_died', words: 'it is broken' };
  if (order === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  return { found: { detections: [], image: { width: order.length, height: 1 }, stages: { detect: 1 } } };
}

if (unusable) pipe.say({ unusable });
else {
  pipe.say({ ready: 'obedient' });
  for (let picture = pipe.read(); picture; picture = pipe.read()) pipe.say(obey(Buffer.from(picture).toString()));
}
