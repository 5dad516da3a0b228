import type { Fault as FaultName } from '@framewire/contract';
import { background, createTurns } from '@framewire/runtime/process';
import { sayFailures } from '../supervisor/failure-log.ts';

/** Ends a fault. Called once, when its time is over or when it is reverted before. */
export type Revert = () => void | Promise<void>;

/** A fault that can be injected. */
export interface Fault {
  name: FaultName;
  /** What happens, in a sentence. */
  message: string;
  /** @param seconds after which it is reverted; what could outlive this process ends by itself then. */
  inject(seconds: number): Revert | Promise<Revert>;
}

/** The longest that a fault may last, seconds. */
export const MAX_SECONDS = 60;

/** The faults of a running system. */
export interface FaultInjector {
  /** As the API lists them; `until` is set for those that last now. */
  list(): { fault: FaultName; message: string; until?: number }[];
  /**
   * Starts a fault, or starts it again if it lasts already. Resolves when it is injected.
   * @throws RangeError if this system has no such fault.
   */
  inject(name: FaultName, seconds: number): Promise<void>;
  revertAll(): Promise<void>;
}

/** @param say takes a line for each fault that begins or ends. */
export function createFaultInjector(faults: Fault[], say: (line: string) => void): FaultInjector {
  const log = sayFailures(say);
  const active = new Map<FaultName, { until: number; timer: NodeJS.Timeout; revert: Revert }>();

  async function revert(name: FaultName): Promise<void> {
    const found = active.get(name);
    if (!found) return;
    active.delete(name);
    clearTimeout(found.timer);
    try {
      await found.revert();
      say(`fault ${name} is reverted`);
    } catch (error) {
      say(`fault ${name} could not be reverted: ${(error as Error).message}`);
    }
  }

  /** One at a time: a fault injected while it is being reverted would be active twice. */
  const inTurn = createTurns();

  async function inject(name: FaultName, seconds: number): Promise<void> {
    const fault = faults.find((one) => one.name === name);
    if (!fault) throw new RangeError(`${name} cannot be injected here`);
    await revert(name);
    const duration = Math.min(seconds, MAX_SECONDS);
    say(`fault ${name} for ${duration} s: ${fault.message}`);
    const end = await fault.inject(duration);
    const expire = () =>
      background(
        inTurn(() => revert(name)),
        log,
        `reverting fault ${name}`,
      );
    const timer = setTimeout(expire, duration * 1000);
    active.set(name, { until: Date.now() / 1000 + duration, timer, revert: end });
  }

  return {
    list: () =>
      faults.map(({ name, message }) => {
        const until = active.get(name)?.until;
        return { fault: name, message: message, ...(until !== undefined && { until }) };
      }),
    inject: (name, seconds) => inTurn(() => inject(name, seconds)),
    async revertAll() {
      await inTurn(() => Promise.all([...active.keys()].map(revert)));
    },
  };
}
