import { sleep, waitFor } from '@framewire/runtime/process';
import { BROKERS, untilSpare } from '../../testkit/broker/nodes.ts';
import { processesOf, processOf } from '../../testkit/system/processes.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';

/** RabbitMQ ends in some seconds, milliseconds. */
const END_MS = 60_000;

/**
 * Stops a broker in order once the others can do without it, and waits until it has come back and they could do without the next one.
 * @param age of the newest frame, milliseconds. @returns the most that it was meanwhile.
 */
export async function restartBroker(system: SystemInfo, index: number, age: () => number): Promise<number> {
  const name = BROKERS[index]!;
  await untilSpare(system, index);
  const { pid } = processOf(system.data, name);
  const over = new AbortController();
  const most = watch(age, over.signal);
  try {
    process.kill(pid, 'SIGTERM');
    const hasEnded = () => processesOf(system.data, name).every((one) => one.pid !== pid);
    await waitFor(`${name} to end`, hasEnded, { timeout: END_MS });
    await untilSpare(system, index);
  } finally {
    over.abort();
  }
  return most;
}

async function watch(age: () => number, signal: AbortSignal): Promise<number> {
  let most = 0;
  for (; !signal.aborted; await sleep(20, signal)) most = Math.max(most, age());
  return most;
}
