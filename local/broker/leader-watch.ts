import type { BrokerAdmin } from '@framewire/runtime/amqp';
import { repeat } from '@framewire/runtime/process';
import { sayFailures } from '../supervisor/failure-log.ts';

/** How often the queues are checked, milliseconds, and in how many checks in a row one must have no leader. */
const LOOK_MS = 5_000;
const LOOKS = 6;

/**
 * A disk that was full can leave a RabbitMQ whose write-ahead log has died: the node runs, and its quorum queues have no leader, take
 * nothing and give nothing, for as long as it runs. Only a new start mends that; what was confirmed is on disk.
 * @param restart ends the node, which comes back with its data.
 * @returns what ends the watch.
 */
export function watchLeaders(options: { api: BrokerAdmin; restart(): void; say(line: string): void }): () => void {
  const { api, restart, say } = options;
  let looks = 0;

  async function look(): Promise<void> {
    const missing = await findLeaderless(api).catch(() => undefined); // a node that does not answer is another matter
    looks = missing === undefined ? 0 : looks + 1;
    if (looks < LOOKS) return;
    looks = 0;
    say(`RabbitMQ is started again: its queue ${missing} has had no leader for ${(LOOKS * LOOK_MS) / 1000} s`);
    restart();
  }

  return repeat(look, LOOK_MS, sayFailures(say), 'watching the queues');
}

/** The name of a quorum queue without a leader, on a node that is in no alarm: in an alarm it may have another reason. */
async function findLeaderless(api: BrokerAdmin): Promise<string | undefined> {
  const queues = await api.call<{ name: string; type?: string; leader?: string }[]>('GET', `queues/${api.vhost}`);
  const found = queues?.find(({ type, leader }) => type === 'quorum' && !leader);
  if (!found) return undefined;
  const nodes = await api.call<{ disk_free_alarm?: boolean; mem_alarm?: boolean }[]>('GET', 'nodes');
  const isInAlarm = nodes?.some(({ disk_free_alarm, mem_alarm }) => disk_free_alarm || mem_alarm) ?? true;
  return isInAlarm ? undefined : found.name;
}
