import { chaosAnswer, type Wound } from '@framewire/contract';
import { Polled } from '../state/polled.svelte.ts';

const TIME_LIMIT = 10_000;

/** What can be broken on purpose, and what is. */
export class Chaos {
  readonly #address: URL;
  readonly wounds: Polled<ReturnType<typeof chaosAnswer.parse>>;
  /** Why the last order was not carried out. */
  refusal = $state<string>();
  /** Whether one is under way. */
  busy = $state(false);

  constructor(page: URL) {
    this.#address = new URL('api/chaos', page);
    this.wounds = new Polled(this.#address, chaosAnswer, 2000);
  }

  wound(wound: Wound, seconds: number): Promise<void> {
    return this.#order('POST', { wound, seconds });
  }

  heal(): Promise<void> {
    return this.#order('DELETE');
  }

  async #order(method: 'POST' | 'DELETE', body?: object): Promise<void> {
    this.busy = true;
    try {
      const answer = await fetch(this.#address, {
        method,
        signal: AbortSignal.timeout(TIME_LIMIT),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const said = answer.ok
        ? undefined
        : ((await answer.json().catch(() => undefined)) as { error?: string } | undefined);
      this.refusal = answer.ok ? undefined : (said?.error ?? `the server answers ${answer.status}`);
    } catch {
      this.refusal = 'the server cannot be reached';
    }
    this.busy = false;
    await this.wounds.ask();
  }
}
