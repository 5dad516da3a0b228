import type { BrokerAdmin } from '@framewire/runtime/amqp';
import { repeat } from '@framewire/runtime/process';
import { sayFailures } from '../supervisor/failure-log.ts';
import { createBootProgress } from './node/boot-progress.ts';

/** How often the nodes are checked, and how long one may do nothing before it is started again, milliseconds. */
const LIMITS = { look: 5_000, stalled: 45_000 };

/** One node of several. */
export interface WatchedNode {
  name: string;
  api: Pick<BrokerAdmin, 'call'>;
  /** Of its process, while one runs. */
  pid(): number | undefined;
  log: string;
}

/**
 * A node that has lost the majority pauses: its program runs on without RabbitMQ, which it starts again once the others are back. That start
 * fails where another node has not got far enough itself (RabbitMQ 3.10), and is not tried again. Such a node refuses connections, and neither
 * writes a line nor uses a CPU. A node that only hangs, or boots slowly, is left alone.
 * @param restart ends its process, which is then started again.
 * @returns what ends the watch.
 */
export function watchPauses(options: {
  nodes: WatchedNode[];
  restart(pid: number): void;
  say(line: string): void;
  limits?: typeof LIMITS;
}): () => void {
  const { nodes, restart, say, limits = LIMITS } = options;
  /** Of those that refuse while another node answers. */
  const progress = new Map<string, ReturnType<typeof createBootProgress>>();

  async function look(): Promise<void> {
    const states = await Promise.all(nodes.map(stateOf));
    for (const [index, { name, pid: pidOf, log }] of nodes.entries()) {
      const pid = pidOf();
      if (!states.includes('answers') || states[index] !== 'refuses' || pid === undefined) {
        progress.delete(name);
        continue;
      }
      const own = progress.get(name) ?? createBootProgress(log);
      progress.set(name, own);
      const stalled = own.stalledFor(pid);
      if (stalled < limits.stalled) continue;
      progress.delete(name);
      say(`${name} is started again: it has refused connections and done nothing for ${Math.round(stalled / 1000)} s`);
      restart(pid);
    }
  }

  return repeat(look, limits.look, sayFailures(say), 'watching the nodes');
}

async function stateOf({ api }: WatchedNode): Promise<'answers' | 'refuses' | 'neither'> {
  try {
    await api.call('GET', 'whoami');
    return 'answers';
  } catch (error) {
    return /ECONNREFUSED/.test((error as Error).message) ? 'refuses' : 'neither';
  }
}
