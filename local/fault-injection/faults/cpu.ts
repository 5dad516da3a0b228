import { cpus } from 'node:os';
import type { Fault } from '../fault-injector.ts';
import { killAll, startStress } from './stress-program.ts';

/** CPU stress: two busy loops for each core. */
export const cpuFault: Fault = {
  name: 'cpu',
  message: 'Two programs per core use all CPU.',
  inject(seconds) {
    const loop = 'for (;;) if (Date.now() > end) process.exit();';
    const children = Array.from({ length: 2 * cpus().length }, () => startStress(loop, seconds));
    return () => killAll(children);
  },
};
