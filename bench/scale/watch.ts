import { sleep } from '@framewire/runtime/process';
import type { OpenFaas } from '../../testkit/clients/openfaas.ts';

export interface Observed {
  /** Milliseconds since the epoch. */
  at: number;
  wanted: number;
  available: number;
}

/** Asks the gateway for the number of replicas, over and over. */
export interface Watch {
  /** One for each answer, in their order. */
  readonly observed: Observed[];
  readonly newest: Observed | undefined;
  stop(): Promise<void>;
}

/** Milliseconds from one answer to the next question. */
const EVERY_MS = 250;

export function watchReplicas(openFaas: OpenFaas, name: string): Watch {
  const ending = new AbortController();
  const observed: Observed[] = [];
  const running = (async () => {
    while (!ending.signal.aborted) {
      try {
        const { replicas, availableReplicas } = await openFaas.describe(name);
        observed.push({ at: Date.now(), wanted: replicas, available: availableReplicas });
      } catch {
        // a gateway that is away for a moment leaves a gap
      }
      await sleep(EVERY_MS, ending.signal);
    }
  })();
  return {
    observed,
    get newest() {
      return observed.at(-1);
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}

/** How often the wanted number turned from growing to shrinking or back within these. */
export function countTurns(observed: readonly Observed[]): number {
  let turns = 0;
  let direction = 0;
  for (let i = 1; i < observed.length; i++) {
    const step = Math.sign(observed[i]!.wanted - observed[i - 1]!.wanted);
    if (step === 0) continue;
    if (direction !== 0 && step !== direction) turns++;
    direction = step;
  }
  return turns;
}
