import type { Fault } from '../fault-injector.ts';
import { type PidsOf, signal } from './stop-processes.ts';

/** How often to look for the replica that replaced the killed one, milliseconds. */
const KILL_EVERY_MS = 200;

export const replicaFault = (pidsOf: PidsOf, functionName: string): Fault => ({
  name: 'replica',
  message: `One replica of ${functionName} is killed, again and again.`,
  inject() {
    const all = pidsOf(functionName).length;
    const kill = () => {
      const now = pidsOf(functionName);
      // only once the killed one was replaced: the others are to go on
      if (now.length >= all && now.length > 0) signal(now.at(-1)!, 'SIGKILL');
    };
    kill();
    const timer = setInterval(kill, KILL_EVERY_MS);
    return () => clearInterval(timer);
  },
});
